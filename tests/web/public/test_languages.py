"""Public pages and notices in every language that there is a file for."""

import ast
import re
import runpy
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from newsletter.languages import FOLDER, accepted_languages, best_language, languages, translations
from newsletter.services.consent import ask_to_join
from newsletter.subscribers.records import Profile
from tests.web.public.visiting import ANA, Visitor, parts

_SCRIPT = runpy.run_path(str(Path(__file__).parents[3] / "docs" / "make_languages.py"))
texts, SOURCES, PLACES = _SCRIPT["texts"], _SCRIPT["SOURCES"], _SCRIPT["PLACES"]
_NAMES = re.compile(r"%\(\w+\)s")
OTHERS = languages()[1:]


def test_the_languages_that_ship() -> None:
    """There are at least these; each further file is one more."""
    assert languages()[0] == "en"
    assert set(languages()) >= {"en", "es", "fr", "pt"}


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_is_translated(code: str) -> None:
    """No text is missing, none is left over, and each names what the English one names."""
    with (FOLDER / f"{code}.po").open("rb") as file:
        catalog = {str(one.id): str(one.string) for one in read_po(file, locale=code) if one.id}
    assert set(catalog) == set(texts())
    assert [text for text, translated in catalog.items() if not translated.strip()] == []
    wrong = [text for text, own in catalog.items() if sorted(_NAMES.findall(text)) != sorted(_NAMES.findall(own))]
    assert wrong == []


def test_no_text_is_overlooked() -> None:
    """Also what stands where the search for texts does not look, such as in an f-string, is found: none is there."""
    called = {
        node.args[0].value
        for place in PLACES
        for path in (SOURCES / place).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_"
        if isinstance(node.args[0], ast.Constant)
    }
    assert called
    assert called <= set(texts())


@pytest.mark.parametrize("code", languages())
def test_pages_have_no_text_of_another_language(visitor: Visitor, code: str) -> None:
    """Whatever English a page could have has been through a translation."""
    page = visitor.get(f"/subscribe?lang={code}").text
    _ = translations(code).ugettext
    for text in ("Subscribe", "Email address", "First name (optional)", "I can unsubscribe at any time."):
        assert _(text) in page
    assert f'<html lang="{code}">' in page
    assert page.count("?lang=") == len(languages()) - 1


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("de-DE,de;q=0.9", "en"),
        ("de,fr;q=0.7,pt;q=0.8", "pt"),
        ("pt-BR", "pt"),
        ("en-GB,es", "en"),
        ("es;q=0", "en"),
        (", ;q=x, ../../etc, es;q=nan", "en"),
        ("*", "en"),
        ("", "en"),
    ],
)
def test_the_browsers_language(visitor: Visitor, header: str, code: str) -> None:
    """Without a choice, the browser's first language that there is counts."""
    assert f'<html lang="{code}">' in visitor.client.get("/", headers={"Accept-Language": header}).text
    assert best_language(accepted_languages(header)) == code


@pytest.mark.parametrize("code", languages())
def test_the_language_stays(visitor: Visitor, code: str) -> None:
    """Whoever joins in a language gets the mail in it, and it is their own from then on, whatever the browser's."""
    visitor.fill_in(ANA, path=f"/subscribe?lang={code}")
    [mail] = visitor.mails()
    _ = translations(code).ugettext
    assert mail["Subject"] == _("Please confirm your subscription")
    text, page = parts(mail)
    assert _("Confirm my subscription") in page
    assert f'lang="{code}"' in page
    assert _("The button works for 30 days. You can unsubscribe at any time, in every issue.")[:40] in text
    visitor.client.post(visitor.link(), headers={"Accept-Language": "de"})
    person = visitor.person()
    assert person is not None
    assert person.language == code
    assert f"sign-up page, {code}" in visitor.entries()[0].note


def test_the_readers_language_counts_before_the_browsers(visitor: Visitor) -> None:
    """A link in a mail opens a page in its reader's language; what is asked for in the address counts more."""
    ask_to_join(visitor.store, ANA, Profile(language="pt-BR"), wording="Sim.", shown="test")
    visitor.client.post(visitor.link())
    person = visitor.person()
    assert person is not None
    from newsletter.subscribers.tokens import unsubscribe_token

    link = f"/u/{unsubscribe_token(visitor.store.key, person.id)}"
    spanish = {"Accept-Language": "es"}
    assert "Cancelar a inscrição?" in visitor.client.get(link, headers=spanish).text
    assert "Se désinscrire" in visitor.client.get(f"{link}?lang=fr", headers=spanish).text
