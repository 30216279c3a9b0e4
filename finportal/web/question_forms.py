"""The form of a round of questions, with the new e-mail above them."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from finportal.services.questions import Question, Round
from finportal.web.forms import BaseForm, email_field
from finportal.web.question_words import option_words, question_words


class QuestionsForm(BaseForm):
    """The new address; `form_for` adds a field for each question."""

    email = email_field(_("Su correo nuevo"))
    round = HiddenField()

    @property
    def answers(self) -> list[SelectField]:
        """The fields of the questions, in their order."""
        return [one for one in self if one.type == "SelectField"]


def form_for(asked: Round, email: str | None = None) -> QuestionsForm:
    """A form with these questions: filled in as sent, or empty but for the address."""
    fields = {f"answer{n}": _field(question) for n, question in enumerate(asked.questions)}
    form = type("QuestionsForm", (QuestionsForm,), fields)
    blank: QuestionsForm = form(formdata=None, email=email, round=str(asked.id))
    sent: QuestionsForm = form()
    return blank if email is not None or sent.round.data is None else sent


def _field(question: Question) -> SelectField:
    words = [option_words(question.kind, option) for option in question.options]
    choices = [SelectChoice(value=str(n), label=text) for n, text in enumerate(words)]
    return SelectField(
        question_words(question.kind),
        choices=[SelectChoice(value="", label=gettext("Elija una opción")), *choices],
        validators=[InputRequired(gettext("Elija una respuesta"))],
    )
