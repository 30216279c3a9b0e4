"""The shelf: a paper is its owner's alone, whatever has become of it."""

import pytest
from sqlalchemy import insert

from finportal.models import IssuedDocument
from finportal.services.documents import kinds, shelf
from finportal.services.documents.issuing import Desk
from finportal.services.documents.shelf import Tampered
from finportal.web.context import Portal
from tests.factories import People
from tests.pages.credit_scenes import example


def test_not_even_that_it_was_tampered_with_is_told_to_others(
    portal: Portal, people: People
) -> None:
    owner, other = people.active(), people.active()
    desk = Desk(portal.db, portal.vault, portal.settings.lender)
    paper = desk.issue(owner.customer_id, example(people, owner), kinds.coupon(), people.around())
    with portal.db.write() as session:
        row = session.get_one(IssuedDocument, paper.id)
        columns = IssuedDocument.__table__.columns.keys()
        values = {name: getattr(row, name) for name in columns if name != "id"}
        false = {"number": 9, "edition": 2, "code": "AAAA-BBBB-CCCC", "digest": "0" * 64}
        session.execute(insert(IssuedDocument), values | false)
    with portal.db.reading() as link:
        found = shelf.own(link, owner.customer_id, paper.code, "es_CO")
        assert found
        assert found.id == paper.id
        assert shelf.own(link, other.customer_id, paper.code, "es_CO") is None
        assert shelf.own(link, other.customer_id, "AAAA-BBBB-CCCC", "es_CO") is None
        with pytest.raises(Tampered):
            shelf.own(link, owner.customer_id, "AAAA-BBBB-CCCC", "es_CO")
