"""Why a message was refused, and what to do about it, in words for an officer; the same for page and terminal."""

import re
from typing import NamedTuple

from api.pages.words import said


class RejectWords(NamedTuple):
    """What is wrong, and what to do, as texts to translate."""

    wrong: str
    advice: str


IMPORT_INSTALLATIONS = said(
    "Put the device's record right, on its page or in your file of installations (streets import installations FILE"
    " --council CODE). Then try again."
)
CHECK_SENDER = said(
    "Check what publishes on this topic: a device may be broken, or the network server's integration set up differently."
)
SET_CLOCK = said("Have the clock of the device or of the network server set. What was said with a wrong time stays refused.")
MEND_MODEL = said("Check the model that the device is registered as. If it is right, have its decoder mended. Then try again.")
MEND_SOFTWARE = said(
    "This is a fault of the software, not of the device. Report it to those who run it; try again when it is mended."
)

WORDS = {
    "unknown_device": RejectWords(
        said("The device is not registered."),
        said(
            "If it is yours, register it and say where it stands, on the page of devices or in your file of installations"
            " (streets import installations FILE --council CODE). Then try again."
        ),
    ),
    "unknown_council": RejectWords(
        said("A phone speaks to a council that is not served here."),
        said("Have the council added (streets council add CODE NAME), or the phone's address corrected. Then try again."),
    ),
    "wrong_council": RejectWords(
        said("The device is registered with another council than the one it speaks to."),
        said("Find out whose device it is, and correct its registration or its topic. Then try again."),
    ),
    "wrong_model": RejectWords(said("The device is another model than the one it is registered as."), IMPORT_INSTALLATIONS),
    "not_installed": RejectWords(said("The device is registered, but no record says where it stood."), IMPORT_INSTALLATIONS),
    "time_before_installation": RejectWords(
        said("The reading is older than the record of where the device stands."), IMPORT_INSTALLATIONS
    ),
    "unknown_model": RejectWords(said("There is no decoder for the model that the device is registered as."), MEND_MODEL),
    "unknown_port": RejectWords(said("The device used a port that the decoder of its model does not know."), MEND_MODEL),
    "undecodable": RejectWords(said("The device's bytes make no sense to the decoder of its model."), MEND_MODEL),
    "impossible_value": RejectWords(
        said("The reading cannot be true of a device that is mounted as this one's record says."),
        said(
            "If the record is wrong, correct your file of installations, import it and try again. If the device is broken,"
            " what it said stays refused."
        ),
    ),
    "time_in_future": RejectWords(said("The reading's time lies in the future."), SET_CLOCK),
    "time_before_2000": RejectWords(said("The reading's time lies before the year 2000: a clock was not set."), SET_CLOCK),
    "bad_time": RejectWords(said("The message's time cannot be read."), CHECK_SENDER),
    "bad_json": RejectWords(said("The message is not written as its topic promises."), CHECK_SENDER),
    "bad_device": RejectWords(said("The message does not name its device properly."), CHECK_SENDER),
    "bad_payload": RejectWords(said("The device's bytes cannot be read out of the message."), CHECK_SENDER),
    "encrypted": RejectWords(
        said("The network server passes the device's bytes on encrypted."),
        said("Give the network server the device's application session key (AppSKey). What came encrypted stays refused."),
    ),
    "wrong_event": RejectWords(said("The message is of another kind than its topic says."), CHECK_SENDER),
    "topic_mismatch": RejectWords(said("The message names another device or council than its topic."), CHECK_SENDER),
    "bad_topic": RejectWords(said("The topic is not one that a device or network server uses."), CHECK_SENDER),
    "unknown_topic": RejectWords(said("No device or network server is known to use this topic."), CHECK_SENDER),
    "too_large": RejectWords(said("The message is larger than anything a device says."), CHECK_SENDER),
    "not_storable": RejectWords(said("The database could not take the reading."), MEND_SOFTWARE),
    "our_fault": RejectWords(said("The software failed on this message."), MEND_SOFTWARE),
}


EARLIER = RejectWords(
    said("It was refused by an earlier version of this software, for a reason that there is no longer."),
    said("Try again: if it is refused once more, the reason will be one of now."),
)


def words_of(reason: str) -> RejectWords:
    """The words for a reason."""
    return WORDS.get(reason, EARLIER)


def outcome_words(outcome: str) -> str:
    """What became of a reject when it was tried again, as a text to translate."""
    match outcome:
        case "stored":
            return said("It is kept now.")
        case "duplicate":
            return said("It had been kept already.")
        case "cut_short":
            return said("It cannot be tried: only its beginning is kept.")
    return words_of(outcome).wrong


def printable(text: str) -> str:
    """The text without what would speak to a terminal or turn the direction of reading: anybody may have written it."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def as_text(raw: bytes) -> str | None:
    """The message as text where it is text of one or more lines, else None."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    return text if all(line.isprintable() for line in re.split("[\r\n\t]", text)) else None
