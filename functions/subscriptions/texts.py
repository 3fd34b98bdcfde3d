"""The words of invoice lines, in the languages that documents speak; any other language gets English."""

from functions.subscriptions.rules import Line

_WORDS = {
    "en": {"recurring": "{plan}", "unused_time": "Unused time on {plan}", "remaining_time": "Remaining time on {plan}"},
    "de": {"recurring": "{plan}", "unused_time": "Nicht genutzte Zeit von {plan}", "remaining_time": "Restlaufzeit von {plan}"},
}


def description(line: Line, *, plan: str, language: str) -> str:
    return _WORDS.get(language, _WORDS["en"])[line.text].format(plan=plan)
