"""What is switched off, and which test must then fail."""

_BEHIND = "tests/privacy/door/test_behind_the_door.py"
_COPY = "tests/privacy/subject/test_copy.py"
_IDENTITY = "tests/privacy/door/test_identity.py"
_OBJECTING = "tests/privacy/subject/test_objecting.py"
_RECTIFYING = "tests/privacy/subject/test_rectifying.py"
_RESTRICTING = "tests/privacy/subject/test_restricting.py"

SWITCHES = [
    {
        "promises": ["H26", "E5"],
        "test": f"{_COPY}::test_every_declared_field_with_a_value_is_in_the_copy",
        "patch": "privacy.subject.reading:_json_values",
        "with": "lambda *a, **k: iter(())",
    },
    {
        "promises": ["H26"],
        "test": f"{_COPY}::test_nothing_of_anybody_else_is_in_the_copy",
        "patch": "privacy.subject.reading:_is_addressed_to_another",
        "with": "lambda *a, **k: False",
    },
    {
        "promises": ["H26"],
        "test": f"{_COPY}::test_notes_about_the_person_are_hers_to_read_without_who_wrote_them",
        "patch": "privacy.subject.reading:_is_another",
        "with": "lambda *a, **k: False",
    },
    {
        "promises": ["H26"],
        "test": f"{_COPY}::test_the_copy_says_everything_that_article_15_asks_for",
        "patch": "privacy.subject.copy:_uses",
        "with": "lambda *a, **k: iter(())",
    },
    {
        "promises": ["H26"],
        "test": f"{_COPY}::test_recipients_are_named",
        "patch": "privacy.subject.receivers:name_of",
        "with": "lambda kind, recipient_id: kind",
    },
    {
        "promises": ["H9"],
        "test": f"{_COPY}::test_the_organisations_desk_never_sees_the_network_address",
        "patch": "privacy.subject.copy:_visible",
        "with": "lambda part: part",
    },
    {
        "promises": ["H30"],
        "test": f"{_COPY}::test_what_a_person_takes_along_is_what_they_gave",
        "patch": "privacy.subject.formats:is_portable",
        "with": "lambda value: True",
    },
    {
        "promises": ["H30"],
        "test": f"{_COPY}::test_the_json_is_as_its_schema_says",
        "patch": "privacy.subject.formats:_document",
        "with": "lambda value: value.value",
    },
    {
        "promises": ["H29"],
        "test": f"{_RESTRICTING}::test_no_address_shows_a_restricted_lead",
        "patch": "leads.models:LeadsInUse.get_queryset",
        "with": "lambda self: __import__('django').db.models.Manager.get_queryset(self)",
    },
    {
        "promises": ["H29"],
        "test": f"{_RESTRICTING}::test_nothing_about_a_restricted_lead_is_mailed",
        "patch": "privacy.subject.restricting:hold_back",
        "with": "lambda leads: 0",
    },
    {
        "promises": ["H27"],
        "test": f"{_RECTIFYING}::test_contact_details_are_sealed_anew_and_found_by_the_new_ones",
        "patch": "privacy.subject.rectifying:_write",
        "with": "lambda *a, **k: None",
    },
    {
        "promises": ["H27"],
        "test": f"{_RECTIFYING}::test_recipients_are_told_and_a_note_of_the_correction_stays",
        "patch": "privacy.subject.rectifying:tell_recipients",
        "with": "lambda *a, **k: []",
    },
    {
        "promises": ["H31"],
        "test": f"{_OBJECTING}::test_an_objection_to_marketing_is_honoured_at_once",
        "patch": "delivery.mail:is_suppressed",
        "with": "lambda *a, **k: False",
    },
    {
        "promises": ["H31"],
        "test": f"{_OBJECTING}::test_another_objection_restricts_while_it_is_weighed",
        "patch": "privacy.subject.objecting:restrict",
        "with": "lambda *a, **k: []",
    },
    {
        "promises": ["H32", "E6"],
        "test": f"{_OBJECTING}::test_consent_ends_at_once_and_nothing_more_is_sent",
        "patch": "privacy.subject.withdrawing:suppress_index",
        "with": "lambda *a, **k: None",
    },
    {
        "promises": ["H36"],
        "test": f"{_IDENTITY}::test_an_unopened_link_shows_nothing",
        "patch": "privacy.door.links:is_open",
        "with": "lambda link: True",
    },
    {
        "promises": ["H36"],
        "test": f"{_IDENTITY}::test_the_mail_is_the_same_for_any_address",
        "patch": "privacy.door.links:_write",
        "with": "lambda link, found, really=__import__('privacy.door.links').door.links._write:"
        " really(link, found) if found else None",
    },
    {
        "promises": ["H32", "E6"],
        "test": f"{_BEHIND}::test_withdrawing_consent_is_one_press_as_giving_it_was_one_tick",
        "patch": "privacy.subject.withdrawing:withdraw_consent",
        "with": "lambda *a, **k: 0",
    },
    {
        "promises": ["H31"],
        "test": f"{_BEHIND}::test_an_objection_to_marketing_ends_it_before_the_page_is_there",
        "patch": "privacy.subject.objecting:withdraw_consent",
        "with": "lambda *a, **k: 0",
    },
    {
        "promises": ["D24"],
        "test": f"{_BEHIND}::test_what_must_be_filled_in_is_marked_and_the_consequence_said",
        "patch": "privacy.door.views:_ask_page",
        "with": "lambda *a, **k: __import__('django.http').http.HttpResponse('')",
    },
]
