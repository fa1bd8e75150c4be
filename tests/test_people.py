"""Accounts, people, owner, links."""

import pytest

from stalk_nlp.errors import UsageError
from stalk_nlp.events import OWNER, Account
from stalk_nlp.people import Party, account_key, parse_party, resolve

SAM, OTHER = "+447700900123", "+447700900124"


@pytest.mark.parametrize(
    ("platform", "printed", "expected"),
    [
        ("phone", "+44 7700 900123", ("tel", SAM)),
        ("phone", "07700 900123", ("tel", SAM)),
        ("whatsapp", "\u200e+44\u00a07700\u00a0900123\u202c", ("tel", SAM)),
        ("phone", "0044 7700 900 123", ("tel", SAM)),
        ("phone", "60070", ("short", "60070")),
        ("phone", "ParcelRun", ("phone", "ParcelRun")),
        ("imessage", "Sam@Example.ORG", ("mail", "sam@example.org")),
        ("whatsapp", "Sam 2", ("whatsapp", "Sam 2")),
        ("generic", "a", ("generic", "a")),
        ("sms", OWNER, ("", OWNER)),
    ],
)
def test_account_key(platform, printed, expected):
    assert account_key(platform, printed) == expected


def names(used, accounts=(), **options):
    return resolve(used, accounts, **options).names


def test_one_number_is_one_person_on_every_platform():
    people = resolve([("phone", SAM), ("imessage", "07700 900123"), ("phone", OTHER)], ())
    assert people.names == (SAM, OTHER)
    assert people.ids[("phone", SAM)] == people.ids[("imessage", "07700 900123")] == 0
    assert [(link.account, link.grade) for link in people.links] == [(SAM, "L1"), (OTHER, "L1")]


def test_a_handle_is_only_known_on_its_platform():
    assert names([("telegram", "sam"), ("discord", "sam")]) == ("sam (sam)", "sam (sam)'")


def test_saved_names_are_shown_and_only_suggest_links():
    people = resolve(
        [("phone", SAM), ("whatsapp", "Sam Price")], [Account("phone", SAM, "Sam Price")]
    )
    assert people.names == (f"Sam Price ({SAM})", "Sam Price (Sam Price)")
    assert [(k.person, k.account) for k in people.links if not k.merged] == [
        (f"Sam Price ({SAM})", "Sam Price")
    ]
    assert {k.grade for k in people.links if not k.merged} == {"L2"}


def test_party_joins_accounts_and_the_saved_name():
    people = resolve(
        [("phone", SAM), ("whatsapp", "Sam Price"), ("telegram", "sam_k"), ("phone", OTHER)],
        [Account("phone", SAM, "Sam Price")],
        parties=[parse_party(f"Sam Price={SAM},sam_k")],
    )
    assert people.names == ("Sam Price", OTHER)
    assert set(people.ids.values()) == {0, 1}


def test_two_parties_may_not_claim_one_account():
    with pytest.raises(UsageError, match="Two parties claim"):
        resolve([("phone", SAM)], (), parties=[Party("Sam", (SAM,)), Party("Kim", (SAM,))])


@pytest.mark.parametrize("text", ["Sam", "=a", "Sam=", "Sam= , "])
def test_party_syntax(text):
    with pytest.raises(UsageError, match="must look like"):
        parse_party(text)


def test_owner_of_the_export_without_a_name():
    people = resolve([("phone", OWNER), ("phone", SAM)], ())
    assert people.names == (SAM, "Device owner") or people.names == ("Device owner", SAM)
    assert people.names[people.owner] == "Device owner"


def test_owner_named_by_the_user_takes_every_marked_account():
    people = resolve([("phone", OWNER), ("phone", SAM), ("whatsapp", "Ana")], (), owner="ana")
    assert people.names[people.owner] == "ana"
    assert people.ids[("phone", OWNER)] == people.ids[("whatsapp", "Ana")] == people.owner


def test_owner_marked_by_the_export():
    people = resolve(
        [("telegram", "user1"), ("telegram", "user2")],
        [Account("telegram", "user1", "Ana", owner=True), Account("telegram", "user2", "Ben")],
    )
    assert people.names[people.owner] == "Ana"


def test_unknown_owner_lists_the_parties():
    with pytest.raises(UsageError) as error:
        resolve([("whatsapp", "Ana"), ("whatsapp", "Ben")], (), owner="Zed")
    assert str(error.value) == "--owner 'Zed' is nobody in the inputs; the parties are: Ana, Ben."


def test_owner_is_unknown_when_nobody_says():
    assert resolve([("whatsapp", "Ana"), ("whatsapp", "Ben")], ()).owner is None


def test_accounts_nobody_used_are_not_people():
    assert names([("phone", SAM)], [Account("phone", OTHER, "Unused")]) == (SAM,)


def test_find_by_name_number_or_handle():
    people = resolve([("phone", SAM), ("whatsapp", "Ana")], [Account("phone", SAM, "Sam")])
    assert people.names == ("Sam", "Ana")
    assert [people.find(w) for w in ("SAM", "07700 900123", "ana")] == [0, 0, 1]
    with pytest.raises(UsageError, match="Nobody here is called 'Zed'"):
        people.find("Zed")
