"""The taxonomy of the codebook: one table for each family of labels.

Codes are the public names (outputs, corpus, model heads); `ref` is the codebook's own
number. The order of every table is fixed: model heads are laid out in it.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = [
    "ACTS",
    "ACT_STATUSES",
    "BOUNDARY_SCOPES",
    "BOUNDARY_TYPES",
    "LETTERS",
    "RISKS",
    "SAFEGUARDING",
    "STANCES",
    "Label",
]


class Label(NamedTuple):
    """One label: public code, codebook number, and what it means in one line."""

    code: str
    ref: str
    meaning: str


#: Who is acting on whom (codebook 1.2). Only ACTS may carry FOUR levels from text.
STANCES = ("ACTS", "BOUNDARY", "NARRATES", "RELAYS", "JOKES_FICTION", "AUTOMATED", "NEUTRAL")

#: The four signs (codebook 1.1).
LETTERS = ("fixated", "obsessive", "unwanted", "repeated")

#: How a message carries an act (codebook 2.1).
ACT_STATUSES = ("PERFORMED", "ADMITTED", "ANNOUNCED", "SHOWN", "REPORTED")

#: Acts named in section 2A(3) of the Protection from Harassment Act 1997 (codebook 2.1).
ACTS = (
    Label("follow", "A1", "following a person"),
    Label("contact", "A2", "contacting, or attempting to contact, by any means"),
    Label("publish", "A3", "publishing material relating to a person"),
    Label("impersonate", "A4", "publishing material purporting to come from a person"),
    Label("monitor", "A5", "monitoring use of the internet, email or other communication"),
    Label("loiter", "A6", "loitering in any place"),
    Label("property", "A7", "interfering with property in the person's possession"),
    Label("watch", "A8", "watching or spying on a person"),
)

#: Risk markers (codebook 2.2). They describe what a message mentions; they are never added up.
RISKS = (
    Label("threat", "R01", "threat of violence"),
    Label("third_party_threat", "R02", "threat to a third party or pet"),
    Label("property_threat", "R03", "threat to property"),
    Label("self_harm_leverage", "R04", "self-harm or suicide tied to the target's response"),
    Label("sexual_coercion", "R05", "sexual coercion"),
    Label("image_threat", "R06", "threat to share intimate images"),
    Label("gift", "R07", "unasked gifts or tokens"),
    Label("block_evasion", "R08", "getting round a block, or hiding identity"),
    Label("proxy_contact", "R09", "contact through other people"),
    Label("vexatious", "R10", "complaints or services used against the target"),
    Label("knows_movements", "R11", "detail of movements; source of knowledge not shown"),
    Label("impersonation", "R12", "posing as someone else"),
    Label("tracker", "R13", "tracker, spyware or device control"),
    Label("weapon", "R14", "weapon"),
    Label("last_resort", "R15", "last-resort language"),
    Label("order_reference", "R16", "reference to police or an order"),
    Label("grievance", "R17", "grievance or revenge"),
    Label("jealousy", "R18", "anger at contact with another person"),
    Label("imputed_relationship", "R19", "claims a bond the record does not show"),
    Label("control", "R20", "control or isolation"),
    Label("child_lever", "R21", "child or child contact used as a lever"),
    Label("home_entry", "R22", "home entry or approach to home"),
    Label("doxx", "R23", "exposure of private data"),
    Label("earlier_harm", "R24", "reference to earlier harm"),
    Label("degradation", "R25", "degradation"),
)

#: Starred markers of codebook 2.2: shown first, at a high-recall threshold of their own.
SAFEGUARDING = (
    "threat",
    "third_party_threat",
    "self_harm_leverage",
    "image_threat",
    "tracker",
    "weapon",
    "last_resort",
    "home_entry",
)

#: Boundary types (codebook 1.3).
BOUNDARY_TYPES = (
    Label("B1", "B1", "explicit stop"),
    Label("B2", "B2", "soft refusal or deflection"),
    Label("B3", "B3", "limited boundary"),
    Label("B4", "B4", "notice of block, report or evidence-keeping"),
    Label("B5", "B5", "boundary set by another for them"),
    Label("B6", "B6", "formal notice or order"),
    Label("B7", "B7", "departure without words"),
)

BOUNDARY_SCOPES = ("all", "channel", "topic", "place", "time", "role")
