"""Consent: whatever a file says of it, under whatever heading, is heeded or asked about, and nothing else is."""

import csv
import io
from pathlib import Path

import pytest

from newsletter.errors import SourceError
from newsletter.storage import Store
from newsletter.subscribers.importer import ImportOptions, import_list, open_list, preview
from newsletter.subscribers.suppression import reason_for
from tests.subscribers.bringing import WORDS, bring_in, emails, statuses

IN, NEVER = "subscribed", "never"
UNSUBSCRIBED, BOUNCED, COMPLAINED = "unsubscribed", "bounced", "complained"
PENDING = APART = NEVER  # neither is mailed nor suppressed


def sheet(headings: str, rows: list[str]) -> str:
    """Return a CSV file with an address in each row; headings and cells are parted by bars."""
    out = io.StringIO()
    table = [["Email", *headings.split("|")]]
    table += [[f"reader{number}@example.org", *row.split("|")] for number, row in enumerate(rows)]
    csv.writer(out).writerows([cell.strip() for cell in row] for row in table)
    return out.getvalue()


def fates(store: Store, number: int) -> list[str]:
    """Return what became of each reader: on the list, suppressed for a reason, or neither."""
    known = statuses(store)
    found = []
    with store.read() as connection:
        for one in range(number):
            reason = reason_for(connection, store.key, f"reader{one}@example.org")
            found.append(str(reason) if reason else known.get(f"reader{one}@example.org", NEVER))
    return found


HEEDED = {
    "Ghost": (
        "name|note|subscribed_to_emails|complimentary_plan|created_at|deleted_at|labels",
        {"Ana||true|false|2024-01-15T10:00:00.000Z||": IN, "Lee|asked|false|false|2024-01-15||": NEVER},
    ),
    "Kit": ("first_name|state|tags", {"A|active|": IN, "B|cancelled|": UNSUBSCRIBED, "C|bounced|": BOUNCED}),
    "Kit, with unconfirmed people": (
        "first_name|state|created_at",
        {"A|active|": IN, "B|complained|": COMPLAINED, "C|inactive|": APART, "D|cancelled|": UNSUBSCRIBED},
    ),
    "Campaign Monitor": ("Name|State|Date", {"A|Active|": IN, "B|Unsubscribed|": UNSUBSCRIBED, "C|Bounced|": BOUNCED}),
    "Klaviyo": (
        "First Name|Email Marketing Consent|Email Marketing Consent Timestamp|Email Suppressions|SMS Marketing Consent",
        {
            "A|SUBSCRIBED|2024-01-01 00:00:00|[]|UNSUBSCRIBED": IN,
            'B|UNSUBSCRIBED|2024-01-01 00:00:00|["UNSUBSCRIBE"]|': UNSUBSCRIBED,
            'C|SUBSCRIBED|2024-01-01 00:00:00|["HARD_BOUNCE"]|': BOUNCED,
            "D|NEVER_SUBSCRIBED||[]|SUBSCRIBED": NEVER,
            "E|||[]|": NEVER,
        },
    ),
    "Constant Contact": (
        "Email status|Email permission status|Opt-out Date|Opt-out Reason",
        {
            "Active|Express||": IN,
            "Active|Implied||": IN,
            "Unsubscribed|Unsubscribed|2024-02-03|too many": UNSUBSCRIBED,
            "Active|Pending confirmation||": PENDING,
        },
    ),
    "HubSpot": (
        "Unsubscribed from all email|Email hard bounce reason|Opted out of email: Marketing Information|Stage",
        {
            "false|||Lead": IN,
            "true|||Lead": UNSUBSCRIBED,
            "false|||Customer": IN,
            "false||true|Lead": UNSUBSCRIBED,
            "|Mailbox does not exist||Lead": BOUNCED,
        },
    ),
    "ActiveCampaign": (
        "First Name|Status|Tags",
        {"A|Active|": IN, "B|Unsubscribed|": UNSUBSCRIBED, "C|Bounced|": BOUNCED},
    ),
    "MailerLite": (
        "Name|Status|Subscribed|Unsubscribed",
        {"A|active|2024-01-01 10:00:00|": IN, "B|unsubscribed|2024-01-01|2024-02-01": UNSUBSCRIBED},
    ),
    "Beehiiv": (
        "status|tier|utm_source|unsubscribed_at",
        {"active|free||": IN, "inactive|free||2024-01-01": UNSUBSCRIBED, "pending|free||": PENDING},
    ),
    "Buttondown": (
        "type|subscribed|source",
        {"regular|2024-01-01|": IN, "unsubscribed|2024-01-01|": UNSUBSCRIBED, "unactivated|2024-01-01|": PENDING},
    ),
    "Shopify": (
        "First Name|Accepts Email Marketing|Accepts SMS Marketing|Total Orders|Tax Exempt",
        {"A|yes|no|2|no": IN, "B|no|yes|3|no": NEVER},
    ),
    "Square": (
        "First Name|Email Subscription Status|Transaction Count|Creation Source",
        {"A|subscribed|3|Directory": IN, "B|unsubscribed|1|Directory": UNSUBSCRIBED, "C|unknown|1|": APART},
    ),
    "Brevo": ("LASTNAME|EMAIL_BLACKLISTED|SMS_BLACKLISTED", {"A|No|Yes": IN, "B|Yes|No": UNSUBSCRIBED}),
    "Mailjet": ("name|IsExcludedFromCampaigns|unsub", {"A||false": IN, "B||": IN}),
    "Mad Mimi": ("name|Opted Out|Suppressed", {"A|FALSE|": IN, "B|TRUE|": UNSUBSCRIBED, "C||true": UNSUBSCRIBED}),
    "Salesforce": ("Lead Source|Email Opt Out|HasOptedOutOfEmail", {"Web|0|0": IN, "Web|1|0": UNSUBSCRIBED}),
    "Salesforce, bounced": (
        "Name|Email Bounced Date|Email Bounced Reason",
        {"A||": IN, "B|2024-01-02|no user": BOUNCED},
    ),
    "WooCommerce": ("Billing City|mailpoet_status|newsletter_optin", {"X||yes": IN, "Y||no": NEVER, "Z||": NEVER}),
    "booking system": (
        "Email marketing consent|SMS marketing consent|Email notifications|Status",
        {"Yes|No|Yes|Active": IN, "No|Yes|Yes|Active": NEVER},
    ),
    "camel case": ("firstName|isSubscribed|smsOptIn", {"A|true|false": IN, "B|false|true": NEVER}),
    "camel case, left": ("firstName|unsubscribedAt|emailOptOut", {"A||false": IN, "B|2024-01-01|false": UNSUBSCRIBED}),
    "snake case": ("email_opt_in|do_not_email", {"1|0": IN, "0|0": NEVER, "1|1": UNSUBSCRIBED}),
    "Django": ("is_subscribed|is_staff", {"True|False": IN, "False|True": NEVER}),
    "form": (
        "I would like to receive the monthly newsletter|Comments",
        {"I would like to receive the monthly newsletter|": IN, "|nice": NEVER},
    ),
    "form, a label in the cell": (
        "Newsletter|Topic",
        {"Yes, please send it to me|": IN, "No thanks|": NEVER, "|": NEVER},
    ),
    "Spanish": (
        "Nombre|Acepta recibir el boletín|Fecha de baja",
        {"A|Sí|": IN, "B|No|": NEVER, "C|Sí|01/02/2024": UNSUBSCRIBED},
    ),
    "Spanish, state": ("Nombre|Estado", {"A|Activo|": IN, "B|Dado de baja": UNSUBSCRIBED, "C|Rebotado": BOUNCED}),
    "Portuguese": (
        "Nome|Aceita receber e-mails|Situação do e-mail",
        {"A|Sim|Ativo": IN, "B|Não|Ativo": NEVER, "C|Sim|Descadastrado": UNSUBSCRIBED},
    ),
    "French": (
        "Prénom|Accepte de recevoir la newsletter|Date de désinscription",
        {"A|Oui|": IN, "B|Non|": NEVER, "C|Oui|2024-02-01": UNSUBSCRIBED},
    ),
    "French, state": ("Prénom|État", {"A|Abonné": IN, "B|Désabonné": UNSUBSCRIBED, "C|Abonnée": IN}),
    "German": ("Vorname|Newsletter-Einwilligung|Abmeldedatum", {"A|Ja|": IN, "B|Nein|": NEVER, "C|Ja|": IN}),
    "German, unknown heading": ("Vorname|Zustand", {"A|angemeldet": IN, "B|abgemeldet": UNSUBSCRIBED}),
    "any heading": (
        "Notizen A|Column1",
        {"x|Subscribed": IN, "y|Unsubscribed": UNSUBSCRIBED, "z|Never subscribed": NEVER},
    ),
    "any heading, hyphens": ("X", {"opted-in": IN, "opted-out": UNSUBSCRIBED, "OPTED_OUT": UNSUBSCRIBED}),
    "status with more words": (
        "Status",
        {"Subscribed": IN, "Unsubscribed by admin": UNSUBSCRIBED, "Bounced (hard)": BOUNCED, "Cleaned": BOUNCED},
    ),
    "a no for a date": ("Name|Signed up", {"A|Yes": IN, "B|No": NEVER, "C|2024-01-01": IN}),
    "only who has left": ("Name|Remarks", {"A|": IN, "B|unsubscribed": UNSUBSCRIBED, "C|Do not email": UNSUBSCRIBED}),
    "AWeber": (
        "Status|Stop Time|Stop Status",
        {"subscribed||": IN, "unsubscribed|2024-01-01|unsubscribed": UNSUBSCRIBED},
    ),
    "German form": ("Newsletter erwünscht|Abgemeldet am", {"ja|": IN, "nein|": NEVER, "ja|01.02.2024": UNSUBSCRIBED}),
    "Portuguese form": ("Quer receber novidades?|Cancelado", {"Sim|": IN, "Não|": NEVER, "Sim|Sim": UNSUBSCRIBED}),
    "French form": (
        "Souhaite recevoir l'infolettre|Désabonnement",
        {"Oui|": IN, "Non|": NEVER, "Oui|2024-01-01": UNSUBSCRIBED},
    ),
    "Spanish form": ("¿Desea recibir correos?|Suscrito", {"Sí|Sí": IN, "No|Sí": NEVER, "Sí|No": NEVER}),
    "bounced": ("Name|Bounced|Marked as spam", {"A|No|No": IN, "B|Yes|No": BOUNCED, "C|No|Yes": COMPLAINED}),
    "patients": ("Patient Email Opt-In|Patient newsletter consent", {"Yes|Yes": IN, "No|Yes": NEVER}),
    "HubSpot, by contacts": (
        "Marketing contact status",
        {"Marketing contact": IN, "Non-marketing contact": NEVER},
    ),
    "suppressed by hand": ("Suppression reason", {"": IN, "Manual": UNSUBSCRIBED, "Hard bounce": BOUNCED}),
    "complained": ("Estado", {"Suscrito": IN, "Queja": COMPLAINED, "junk": COMPLAINED}),
    "MailPoet": (
        "List|Global Status|List Status",
        {"News|Subscribed|Subscribed": IN, "News|Inactive|Subscribed": APART},
    ),
}


@pytest.mark.parametrize("name", HEEDED)
def test_no_is_heeded_wherever_it_stands(store: Store, path: Path, name: str) -> None:
    """Who agreed comes in; who has left, bounced or complained is suppressed for that; nobody else is mailed."""
    headings, rows = HEEDED[name]
    bring_in(store, path, sheet(headings, list(rows)))
    assert fates(store, len(rows)) == list(rows.values())


ASKED = {
    "deleted accounts": ("name|deleted_at", ["Ana|", "Gus|2025-01-01T10:00:00.000Z"], "deleted_at"),
    "accounts not in use": ("name|is_active", ["Ana|1", "Gus|0"], "is_active"),
    "service mail": ("name|Email notifications", ["Ana|Yes", "Gus|No"], "Email notifications"),
    "marketing alone": ("name|Marketing", ["Ana|Yes", "Gus|No"], "Marketing"),
    "a word in a note": ("Notes", ["met at the fair", "likes mornings", "knows Ana", "unsubscribed"], "Notes"),
    "a word in a note, in Portuguese": ("Observação", ["feira", "manhã", "Ana", "descadastrado"], "Observação"),
    "blanks beside the subscribed": ("Column1", ["Subscribed", "Unsubscribed", ""], "Column1"),
    "an empty column": ("name|Email marketing consent", ["Ana|", "Ben|"], "Email marketing consent"),
    "a preference": ("Newsletter preference", ["Weekly", "Never", "Monthly"], "Newsletter preference"),
    "a rejection reason": ("Rejection reason", ["", "policy"], "Rejection reason"),
    "bounce reason": ("Bounce description", ["", "550 no such user"], "Bounce description"),
    "an opt-out of one kind": ("Opted out of email: One to One", ["", "true"], "Opted out of email: One to One"),
    "withdrawn": ("Consent withdrawn", ["", "2024-02-02"], "Consent withdrawn"),
    "a law": ("GDPR", ["Yes", "Yes", "No"], "GDPR"),
    "a law, in German": ("DSGVO", ["ja", "nein"], "DSGVO"),
    "a law, in Portuguese": ("LGPD", ["Sim", "Não"], "LGPD"),
    "a law against spam": ("CAN-SPAM", ["Agreed", "Declined"], "CAN-SPAM"),
    "a legal basis": (
        "Legal basis for processing contact's data",
        ["Freely given consent from contact", "Not applicable"],
        "Legal basis for processing contact's data",
    ),
    "contact by mail": ("Contact by email", ["Yes", "No"], "Contact by email"),
    "contact by mail, in German": ("Kontakt per E-Mail", ["Ja", "Nein"], "Kontakt per E-Mail"),
    "may be contacted": ("Contactable by email", ["Yes", "No"], "Contactable by email"),
    "informed": ("Keep me informed", ["Yes", "No"], "Keep me informed"),
    "in touch": ("Stay in touch", ["Yes", "No"], "Stay in touch"),
    "a choice": ("What can we send you?", ["Newsletter, Events", "Events", ""], "What can we send you?"),
    "cancelled": ("Data de cancelamento", ["", "2024-01-02"], "Data de cancelamento"),
    "cancelled, in Spanish": ("Fecha de cancelación", ["", "2024-01-02"], "Fecha de cancelación"),
    "cancelled, in German": ("Kündigungsdatum", ["", "02.01.2024"], "Kündigungsdatum"),
    "cancelled, in English": ("Cancellation date", ["", "2024-01-02"], "Cancellation date"),
    "junk": ("Junk", ["No", "Yes"], "Junk"),
    "dead": ("Deceased", ["", "Yes"], "Deceased"),
    "a status of something else": ("Status", ["Client", "Former client"], "Status"),
    "how often": ("Newsletter", ["monthly", "weekly"], "Newsletter"),
    "not to be contacted": ("Contact preference", ["Email", "Phone", "Do not contact", "Post"], "Contact preference"),
}


@pytest.mark.parametrize("name", ASKED)
def test_what_may_be_a_no_is_asked(store: Store, path: Path, name: str) -> None:
    """The import stops with the option that answers, and takes the answer."""
    headings, rows, heading = ASKED[name]
    with pytest.raises(SourceError, match="it is not clear whether the column") as caught:
        bring_in(store, path, sheet(headings, rows))
    assert repr(heading) in caught.value.what
    assert f'--map "{heading}=' in caught.value.hint
    assert emails(store) == []
    bring_in(store, path, columns={heading: "ignore"})
    assert len(emails(store)) == len(rows)


HARMLESS = {
    "states": (
        "First Name|City|State|Zip",
        ["Ana|Worcester|MA|01608", "Ben|Los Angeles|CA|", "Cy|Boise|ID|", "Di|X|ME|"],
    ),
    "states, in whole": ("State", ["Massachusetts", "California", "New York", "Oregon"]),
    "states of Brazil": ("Estado|Cidade", ["SP|São Paulo", "PE|Recife"]),
    "regions": ("État|Ville", ["Québec|Laval", "Ontario|Ottawa"]),
    "paid plans": ("complimentary_plan|VIP|Paid|Gift", ["true|No|0|false", "false|Yes|1|true"]),
    "other channels": (
        "SMS consent|SMS subscriber status|Push opt-in|WhatsApp opt out|Do not call|Phone opt in|Accepts texts",
        ["Yes|Never subscribed|No|Yes|Yes|No|No", "No|Unsubscribed|false||x||"],
    ),
    "orders": (
        "Total Orders|Order status|Payment Status|Cancelled orders|Financial Status|Refunded|Bookings cancelled",
        ["3|Cancelled|paid|0|paid|No|2", "1|Fulfilled|refunded|1|pending|Yes|0"],
    ),
    "members": ("Membership|Member since|Volunteer|Donor|Company|Title", ["Gold|2019|Yes|No|X|Dr", "|2020|No|Yes|Y|"]),
    "address book": (
        "Company|Job Title|Home Phone|Birthday|Notes|Website",
        ["X|Nurse|508|1/1/80|met at fair|", "||||no|"],
    ),
    "other consents": ("Photo consent|Terms accepted|Privacy policy accepted|Waiver", ["Yes|Yes|1|No", "No|No|0|Yes"]),
    "mail programs": (
        "Email type|Emails sent|Emails opened|Last email opened|Email domain|Email source|Rating",
        ["HTML|12|3|2024-01-01|example.org|Form|4", "Text|10|0||example.org|Import|2"],
    ),
    "notifications, all yes": ("Email notifications|Email verified", ["Yes|true", "Yes|true"]),
    "nobody deleted": ("deleted_at|archived|Unsubscribe date|Bounced at|is_active", ["||||1", "||||1"]),
    "nobody left": ("Opted Out|Do not email|Suppression|Opt-out (all)", ["FALSE|No|No|", "FALSE||No|No"]),
    "surveys": ("How did you hear of us?|Interested in|Favorite color", ["Friend|Yoga|Red", "Flyer|None|Blue"]),
    "events": ("RSVP|Attending|Guests|Checked in|Table", ["Yes|Yes|2|Yes|4", "No|No|0|No|1"]),
    "school": ("Grade|Teacher|Bus|Allergies known|Enrolled", ["3|Roe|Yes|No|Yes", "4|Poe|No|No|No"]),
    "numbers": ("id|Score|Count|Flag|Level", ["1|0|0|0|1", "2|1|1|1|0"]),
    "locales": ("Country|Region|Time zone|Currency|NO", ["NO|MA|CET|NOK|1", "US|CA|EST|USD|0"]),
    "forms": (
        "Entry ID|Date|IP|Consent text|User agent|Referrer",
        ["1|2024-01-01|203.0.113.7|I agree|X|", "2|2024-01-01||I agree|Y|"],
    ),
    "reaching": (
        "Contact name|Contact phone|Touch points|Contact person|Contact owner|Last contacted",
        ["Ana|508|3|Yes|Lee|2024-01-02", "Ben|617|0|No|Lee|"],
    ),
    "groups and kinds": ("Group|Kind", ["A|VIP", "Resilience|regular", "Exclusive|VIP", "Orthodontics|"]),
    "who refers": ("Referred by friend|Owner|Assigned to|Priority", ["Yes|Ana|Ben|baja", "No|Cy|Di|alta"]),
    "timestamps": (
        "created_at|updated_at|last_login|confirmed_ip|OPTIN_IP",
        ["2024-01-01|2024-01-01||203.0.113.7|", "2024||||"],
    ),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_ordinary_columns_are_not_asked_about(store: Store, path: Path, name: str) -> None:
    """Everybody comes in, and nobody is asked."""
    headings, rows = HARMLESS[name]
    report = bring_in(store, path, sheet(headings, rows))
    assert fates(store, len(rows)) == [IN] * len(rows), report.lines()


@pytest.mark.parametrize(
    ("heading", "usual", "late"),
    [
        ("Remark", "fine", "Unsubscribed"),
        ("Column7", "", "never_subscribed"),
        ("Deleted at", "", "2024-02-01"),
        ("Email notifications", "Yes", "No"),
        ("Patient number", "17", "opted out"),
        ("Estado", "Jalisco", "Dado de baja"),
    ],
)
def test_no_far_down_in_the_file_stops_the_import(
    store: Store, path: Path, heading: str, usual: str, late: str
) -> None:
    """What was not seen in the first rows is not passed over: the import stops there with the question."""
    rows = [f"reader{number}@example.org,{usual}" for number in range(12_000)]
    path.write_text("\n".join([f"Email,{heading}", *rows, f"late@example.org,{late}"]), "utf-8")
    assert open_list(path)[1].questions == ()
    with pytest.raises(SourceError, match="not clear whether the column") as caught:
        bring_in(store, path)
    assert caught.value.where.endswith(":12002")
    assert emails(store) == []
    assert "Nothing was imported." in caught.value.hint


@pytest.mark.parametrize(
    ("word", "meaning", "fate"),
    [("inactive", "unsubscribed", UNSUBSCRIBED), ("Napping", "subscribed", IN), ("gone quiet", "never", NEVER)],
)
def test_word_that_is_not_known_can_be_explained(store: Store, path: Path, word: str, meaning: str, fate: str) -> None:
    """Its rows are kept apart and the report asks; then it means what somebody says."""
    text = sheet("state", ["active", word, "cancelled"])
    report = bring_in(store, path, text)
    assert fates(store, 3) == [IN, APART, UNSUBSCRIBED]
    assert f'--means "{word}=unsubscribed"' in " ".join("\n".join(report.lines()).split())
    import_list(store, *open_list(path, means={word.upper(): meaning}), ImportOptions(wording=WORDS))
    assert fates(store, 3) == [IN, fate, UNSUBSCRIBED]


def test_report_tells_what_was_understood_by_column(store: Store, path: Path) -> None:
    """In numbers, in the preview and in the import, and for programs."""
    words = ["active", "cancelled", "bounced", "complained", "inactive"]
    path.write_text(sheet("state|tags", [f"{word}|" for word in words]), "utf-8")
    report = preview(store, *open_list(path), ImportOptions(wording=WORDS))
    told = " ".join("\n".join(report.lines()).split())
    assert "Column 'state': 1 subscribed, 1 bounced, 1 unsubscribed, 1 complained." in told
    assert "kept apart: 1 'inactive'" in told
    (said,) = report.as_document()["consent"]
    assert said == {
        "heading": "state",
        "said": {"subscribed": 1, "unsubscribed": 1, "bounced": 1, "complained": 1},
        "unknown": {"inactive": 1},
    }


@pytest.mark.parametrize(
    "tag",
    [
        "unsubscribed",
        "Do not email",
        "opted-out",
        "Bounced",
        "abgemeldet",
        "désabonné",
        "bajas",
        "Opt-outs",
        "Désabonnées",
        "Suppression list",
        "Bounces",
    ],
)
def test_tag_that_says_no(store: Store, path: Path, tag: str) -> None:
    """Its row waits until somebody says that it is a tag like any other."""
    bring_in(store, path, sheet("tags", ["news", f"news; {tag}"]))
    assert fates(store, 2) == [IN, APART]
    bring_in(store, path, kept_tags=(tag,))
    assert fates(store, 2) == [IN, IN]


@pytest.mark.parametrize("heading", ["Newsletter", "is_subscribed", "Acepta recibir correos"])
def test_who_is_on_the_list_although_the_file_says_no(store: Store, path: Path, heading: str) -> None:
    """They are told and not touched: nobody knows which of the two is newer."""
    bring_in(store, path, sheet("Name", ["Ana", "Ben"]))
    report = bring_in(store, path, sheet(heading, ["no", "yes", "no"]))
    assert fates(store, 3) == [IN, IN, NEVER]
    assert (report.tally.disputed, report.tally.examples["disputed"]) == (1, ["line 2"])


@pytest.mark.parametrize(
    ("word", "fate"), [("unsubscribed", UNSUBSCRIBED), ("Cleaned", BOUNCED), ("spam complaint", COMPLAINED)]
)
def test_who_is_on_the_list_and_has_left_elsewhere(store: Store, path: Path, word: str, fate: str) -> None:
    """Whoever a file says has left is mailed no more, also if they came here before."""
    bring_in(store, path, sheet("Name", ["Ana"]))
    bring_in(store, path, sheet("Column9", [word]))
    assert fates(store, 1) == [fate]
    bring_in(store, path, sheet("Column9", ["subscribed"]))
    assert fates(store, 1) == [fate]


LEAVERS = """
    unsubscribed_members_export.csv; cleaned_email_audience_export_1.csv; bounced.csv; Do not mail.csv; bajas 2024.csv;
    Désabonnés.csv; abgemeldet.csv; Descadastrados.csv; opt-outs.csv; spam complaints.csv; removed.csv;
    inactive_subscribers.csv; disiscritti.csv; uitgeschreven.csv"""


@pytest.mark.parametrize(("number", "name"), list(enumerate(name.strip() for name in LEAVERS.split(";"))))
def test_file_that_is_named_for_people_who_left(store: Store, path: Path, number: int, name: str) -> None:
    """It stops the import, also if a column says that everybody in it agreed once."""
    file = path.with_name(name)
    headings = ("Name", "Name|Newsletter")[number % 2]
    with pytest.raises(SourceError, match="not to be mailed") as caught:
        bring_in(store, file, sheet(headings, ["Ana|yes", "Ben|yes"] if "|" in headings else ["Ana", "Ben"]))
    assert "--as unsubscribed" in caught.value.hint
    assert emails(store) == []
    bring_in(store, file, as_="unsubscribed", wording="")
    assert fates(store, 2) == [UNSUBSCRIBED, UNSUBSCRIBED]


@pytest.mark.parametrize("line", ["UNSUBSCRIBED", "Bajas", "Unsubscribed:", "Do not email", "Désabonnés"])
@pytest.mark.parametrize("place", ["{},", ",{}"])
def test_line_that_divides_a_list(store: Store, path: Path, line: str, place: str) -> None:
    """Whoever stands below it may have left: the import stops, and takes a word about everybody."""
    text = f"Email,Name\nreader0@example.org,Ana\n{place.format(line)}\nreader1@example.org,Ben\n"
    with pytest.raises(SourceError, match="from line 3 on") as caught:
        bring_in(store, path, text)
    assert "--as unsubscribed" in caught.value.hint
    assert emails(store) == []
    bring_in(store, path, as_="subscribed")
    assert fates(store, 2) == [IN, IN]


@pytest.mark.parametrize("heading", ["Notes", "Comments", "Observações"])
@pytest.mark.parametrize(
    "remark",
    [
        "called: no more newsletters",
        "Please remove me from the list",
        "asked to be removed in May",
        "she opted out",
        "pidió la baja",
        "por favor no enviar",
        "do not send anything",
    ],
)
def test_note_in_words_of_their_own(store: Store, path: Path, heading: str, remark: str) -> None:
    """Its row is kept apart until somebody says that the column tells nothing."""
    bring_in(store, path, sheet(heading, ["likes the list", remark, ""]))
    assert fates(store, 3) == [IN, APART, IN]
    bring_in(store, path, columns={heading: "ignore"})
    assert fates(store, 3) == [IN, IN, IN]


def test_two_addresses_with_a_status_each(store: Store, path: Path) -> None:
    """The second one's status is not taken for the first one's: the import stops with the options that answer."""
    headings = "Email 1,Email Subscriber Status 1,Email 2,Email Subscriber Status 2"
    text = f"{headings}\nreader0@example.org,Subscribed,b@example.org,Unsubscribed\n"
    with pytest.raises(SourceError, match="a status of its own") as caught:
        bring_in(store, path, text)
    assert '--map "Email Subscriber Status 2=ignore"' in caught.value.hint
    bring_in(store, path, columns={"Email 2": "ignore", "Email Subscriber Status 2": "ignore"})
    assert fates(store, 1) == [IN]
