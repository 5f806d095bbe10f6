"""What keeps the promises about consent and mail, and what breaks when it is taken away."""

_CHOICES = "tests/privacy/door/test_mail_choices.py"
_CONSENTS = "tests/leads/test_consents.py"
_MAIL = "tests/delivery/test_mail.py"
_RESTORED = "tests/privacy/test_restored_decisions.py"
_TRANSACTIONAL = "tests/delivery/test_transactional.py"

SWITCHES = [
    {
        "promises": ["E2"],
        "test": f"{_CONSENTS}::test_opening_the_link_confirms_nothing_and_its_button_does",
        "patch": "leads.consents:consent_in",
        "with": "lambda records: __import__('leads.consents', fromlist=['x']).Consent.CONFIRMED",
    },
    {
        "promises": ["E2"],
        "test": f"{_CONSENTS}::test_programs_read_how_far_a_consent_is_and_where_it_is_refused",
        "patch": "leads.representation:may_mail",
        "with": "lambda *a: (True, __import__('leads.consents', fromlist=['x']).Ground.CONSENT)",
    },
    {
        "promises": ["H13"],
        "test": f"{_TRANSACTIONAL}::test_anything_else_to_a_lead_is_refused",
        "patch": "delivery.mail:require_transactional",
        "with": "lambda template: None",
    },
    {
        "promises": ["E3"],
        "test": f"{_CHOICES}::test_a_choice_is_kept_and_shown_as_it_is",
        "patch": "privacy.door.choices:refuse",
        "with": "lambda *a: 0",
    },
    {
        "promises": ["E3"],
        "test": f"{_CHOICES}::test_the_page_says_what_was_agreed_to_with_whom_in_which_words",
        "patch": "privacy.subject.reading:_text_of",
        "with": "lambda *a: ''",
    },
    {
        "promises": ["D6"],
        "test": f"{_MAIL}::test_a_mail_with_a_topic_ends_with_the_way_to_refuse_and_carries_the_one_click",
        "patch": "delivery.mail_choices:headers",
        "with": "lambda url: {}",
    },
    {
        "promises": ["D6"],
        "test": f"{_CHOICES}::test_one_post_without_login_ends_it",
        "patch": "privacy.subject.withdrawing:suppress_index",
        "with": "lambda *a, **k: None",
    },
    {
        "promises": ["D6", "E12"],
        "test": f"{_CONSENTS}::test_only_a_confirmed_tick_lifts_an_earlier_refusal",
        "patch": "leads.consents:_refused",
        "with": "lambda indexes: set()",
    },
    {
        "promises": ["D6"],
        "test": f"{_RESTORED}::test_one_click_after_the_backup_is_not_undone_by_it",
        "patch": "privacy.replay:_REDO",
        "with": "{**__import__('privacy.replay', fromlist=['x'])._REDO, 'withdraw_consent': lambda story: None}",
    },
    {
        "promises": ["C8"],
        "test": f"{_RESTORED}::test_a_hold_placed_after_the_backup_holds_again",
        "patch": "privacy.holds:place_again",
        "with": "lambda *a, **k: None",
    },
]
