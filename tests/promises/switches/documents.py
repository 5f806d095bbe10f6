"""What keeps the promises about texts, registers and breaches: taken away, the named test must fail."""

SWITCHES = [
    {
        "promises": ["H51"],
        "test": "tests/accounts/test_publications.py::test_what_matters_is_announced_fourteen_whole_days_ahead",
        "patch": "accounts.publications:notice_days",
        "with": "lambda kind: 0",
    },
    {
        "promises": ["H50"],
        "test": "tests/accounts/test_publications.py::test_a_version_to_come_can_be_read_and_the_former_one_stays",
        "patch": "accounts.views.legal:_named",
        "with": "lambda known, version: known[0]",
    },
    {
        "promises": ["E1"],
        "test": "tests/accounts/test_legal.py::test_when_it_was_last_updated_is_the_day_from_which_it_counts",
        "patch": "accounts.publications:_midnight",
        "with": "lambda day: __import__('datetime').datetime(2020, 1, 1, tzinfo=__import__('datetime').UTC)",
    },
    {
        "promises": ["H3", "D30"],
        "test": "tests/accounts/test_legal.py::test_each_text_has_an_address_in_each_language",
        "patch": "accounts.publications:Edition.document",
        "with": "lambda self, language: __import__('accounts.legal').legal.document(self.kind, 'en', self.version)",
    },
    {
        "promises": ["E20", "C10"],
        "test": "tests/accounts/test_publications.py::test_everybody_is_written_to_once_in_their_own_language",
        "patch": "accounts.publications:send_notices",
        "with": "lambda publication: None",
    },
    {
        "promises": ["H49"],
        "test": "tests/organisations/test_contracts.py"
        "::test_without_the_agreement_in_force_nothing_new_is_published",
        "patch": "organisations.contracts:blocking",
        "with": "lambda organisation: []",
    },
    {
        "promises": ["E21", "H1", "A23"],
        "test": "tests/accounts/test_legal.py::test_the_privacy_contact_stands_in_the_texts",
        "patch": "accounts.legal:_filled",
        "with": "lambda line: line",
    },
    {
        "promises": ["H46", "C5", "A17", "A2", "A18", "D27"],
        "test": "tests/accounts/test_cookies.py::test_an_undeclared_cookie_does_not_leave_the_house",
        "patch": "accounts.cookies:OnlyDeclaredCookies.__call__",
        "with": "lambda self, request: self.get_response(request)",
    },
    {
        "promises": ["E18", "C4", "D29"],
        "test": "tests/accounts/test_cookies.py::test_the_page_about_cookies_is_the_list",
        "patch": "accounts.cookies:COOKIES",
        "with": "()",
    },
    {
        "promises": ["C23"],
        "test": "tests/accounts/test_sign_up.py::test_who_does_not_say_to_be_old_enough_gets_no_account",
        "patch": "accounts.forms:SignUpForm.base_fields",
        "with": "{n: f for n, f in __import__('accounts.forms').forms.SignUpForm.base_fields.items()"
        " if n != 'is_old_enough'}",
    },
    {
        "promises": ["H4"],
        "test": "tests/organisations/test_contracts.py::test_founding_agrees_to_both_contracts",
        "patch": "organisations.founding:agree_at_founding",
        "with": "lambda **given: None",
    },
    {
        "promises": ["H11"],
        "test": "tests/privacy/test_published.py"
        "::test_a_shorter_period_in_the_settings_is_a_shorter_period_in_the_policy",
        "patch": "privacy.published:in_words",
        "with": "lambda after: '90 days'",
    },
    {
        "promises": ["A21"],
        "test": "tests/privacy/test_published.py::test_a_decision_by_machine_needs_its_text",
        "patch": "privacy.checks:_unexplained",
        "with": "lambda declaration: []",
    },
    {
        "promises": ["H45"],
        "test": "tests/privacy/test_breaches.py::test_seventy_two_hours_from_awareness_whatever_day_it_is",
        "patch": "privacy.breaches:hours_on",
        "with": "lambda setting, moment: 96",
    },
    {
        "promises": ["H45"],
        "test": "tests/privacy/test_breaches.py::test_the_officer_is_woken_three_times",
        "patch": "privacy.breaches:_set_alarms",
        "with": "lambda breach, aware_at: None",
    },
    {
        "promises": ["A14", "A15"],
        "test": "tests/privacy/test_breaches.py"
        "::test_whom_it_concerns_is_found_in_the_record_and_told_on_suspicion",
        "patch": "privacy.breaches:look_for_concerned",
        "with": "lambda breach, **given: None",
    },
    {
        "promises": ["D1"],
        "test": "tests/privacy/test_breaches.py::test_an_undecided_case_cannot_close",
        "patch": "privacy.breaches:missing",
        "with": "lambda breach: []",
    },
    {
        "promises": ["D17"],
        "test": "tests/privacy/test_breaches.py::test_reporting_misuse_ends_every_session_and_opens_a_case",
        "patch": "privacy.breaches:open_breach",
        "with": "lambda **given: None",
    },
    {
        "promises": ["H18", "D14", "E15", "A16"],
        "test": "tests/privacy/test_registers.py::test_without_a_contract_no_company_is_engaged",
        "patch": "privacy.companies:why_not",
        "with": "lambda company, active_from: ''",
    },
    {
        "promises": ["H19", "E17", "A10"],
        "test": "tests/privacy/test_registers.py::test_abroad_it_needs_a_ground_and_an_assessment",
        "patch": "privacy.models.registers:EEA",
        "with": "('US',)",
    },
    {
        "promises": ["D11", "D12"],
        "test": "tests/privacy/test_registers.py::test_an_installation_may_keep_within_the_eea",
        "patch": "privacy.companies:why_not",
        "with": "lambda company, active_from: ''",
    },
    {
        "promises": ["H15", "C7", "C16", "D13"],
        "test": "tests/privacy/test_registers.py::test_only_hosts_in_the_register_are_reached",
        "patch": "privacy.companies:require_engaged",
        "with": "lambda url: None",
    },
    {
        "promises": ["E16", "D23"],
        "test": "tests/privacy/test_registers.py::test_nothing_goes_to_an_authority_without_a_granted_demand",
        "patch": "privacy.demands:_granted",
        "with": "lambda demand_id: __import__('privacy.models').models.AuthorityDemand.objects.first()",
    },
    {
        "promises": ["H43", "E8", "A11"],
        "test": "tests/privacy/test_registers.py"
        "::test_officers_are_reminded_ahead_each_week_and_each_day_once_it_is_late",
        "patch": "privacy.duties:EACH_DAY",
        "with": "__import__('datetime').timedelta(days=30)",
    },
    {
        "promises": ["E9", "E23", "C26"],
        "test": "tests/privacy/test_registers.py::test_what_is_late_is_loud_on_the_officers_page",
        "patch": "privacy.models.registers:DutyQuerySet.overdue",
        "with": "lambda self: self.none()",
    },
]
