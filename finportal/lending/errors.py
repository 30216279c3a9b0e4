"""The root of every refusal of this package: a named error, its sentence and its facts."""


class LendingError(ValueError):
    """The loan arithmetic refuses this input.

    A subclass writes its sentence as its docstring, with the facts as {names}; `facts` keeps them
    for whoever translates the sentence.
    """

    def __init__(self, sentence: str | None = None, /, **facts: object) -> None:
        """Build the message from the sentence given, or else from the class docstring."""
        self.facts = facts
        super().__init__((sentence or type(self).__doc__ or "").format(**facts))
