"""What keeps the promises about requests, and what breaks when it is taken away."""

_DEADLINES = "tests/privacy/requests/test_deadlines.py"
_HERE = "tests/privacy/requests"
_CASES = "tests/privacy/requests/test_cases.py"

SWITCHES = [
    {
        "promises": ["H35"],
        "test": f"{_DEADLINES}::test_the_dates_are_those_of_the_vectors",
        "patch": "privacy.requests.deadlines:pulled_back",
        "with": "lambda day, country: day",
    },
    {
        "promises": ["D21"],
        "test": f"{_DEADLINES}::test_the_dates_are_those_of_the_vectors",
        "patch": "privacy.requests.deadlines:rolled_forward",
        "with": "lambda day, country: day",
    },
    {
        "promises": ["E5c"],
        "test": f"{_DEADLINES}::test_the_ccpa_counts_45_calendar_days_and_does_not_wait_for_verification",
        "patch": "privacy.requests.deadlines:CCPA_DAYS",
        "with": "31",
    },
    {
        "promises": ["E19"],
        "test": f"{_DEADLINES}::test_a_report_about_a_minor_has_a_target_of_three_days",
        "patch": "privacy.requests.deadlines:TARGET_DAYS_MINOR",
        "with": "28",
    },
    {
        "promises": ["D22"],
        "test": f"{_CASES}::test_an_extension_that_nobody_is_told_of_is_undone",
        "patch": "privacy.requests.letters:send_extended",
        "with": "lambda request: request",
    },
    {
        "promises": ["D22"],
        "test": f"{_CASES}::test_a_second_extension_is_refused",
        "patch": "privacy.requests.clocks:extend",
        "with": "lambda request: None",
    },
    {
        "promises": ["C24"],
        "test": f"{_CASES}::test_an_organisation_may_set_itself_a_shorter_target_and_is_late_after_it",
        "patch": "privacy.requests.clocks:_promised",
        "with": "lambda *a: None",
    },
    {
        "promises": ["H36"],
        "test": f"{_CASES}::test_nothing_is_decided_or_given_before_it_is_known_who_asks",
        "patch": "privacy.requests.cases:_received",
        "with": "(lambda real: lambda request, person, wish, proven, *, by:"
        " real(request, person, wish, 'link', by=by))(__import__('privacy.requests.cases',"
        " fromlist=['x'])._received)",
    },
    {
        "promises": ["H10"],
        "test": f"{_CASES}::test_nobody_of_the_platform_decides_on_a_lead",
        "patch": "privacy.requests.cases:_decides_here",
        "with": "lambda request, by: True",
    },
    {
        "promises": ["H10"],
        "test": f"{_CASES}::test_a_request_about_leads_that_the_platform_received_cannot_be_decided_there",
        "patch": "privacy.requests.cases:_require_controller",
        "with": "lambda request, by: None",
    },
    {
        "promises": ["E5c"],
        "test": f"{_CASES}::test_the_clock_of_the_ccpa_does_not_stop_for_verification",
        "patch": "privacy.requests.clocks:Regime",
        "with": "type('Regime', (), {'CCPA': 'none'})",
    },
    {
        "promises": ["H34"],
        "test": f"{_HERE}/test_inbound.py::test_a_mail_opens_a_request_with_the_time_at_which_it_came_and_is"
        "_acknowledged",
        "patch": "privacy.requests.inbound:received_at",
        "with": "lambda mail: __import__('django.utils.timezone', fromlist=['x']).now()",
    },
    {
        "promises": ["H34"],
        "test": f"{_HERE}/test_inbound.py::test_a_mail_opens_a_request_with_the_time_at_which_it_came_and_is"
        "_acknowledged",
        "patch": "privacy.requests.letters:send_received",
        "with": "lambda request: None",
    },
    {
        "promises": ["E21"],
        "test": f"{_HERE}/test_inbound.py::test_a_deployment_without_somebody_to_write_to_is_refused",
        "patch": "privacy.checks:NAMED_CONTACT",
        "with": "()",
    },
    {
        "promises": ["H37"],
        "test": f"{_HERE}/test_letters.py::test_the_authority_is_that_of_the_persons_country",
        "patch": "privacy.requests.authorities:AUTHORITIES",
        "with": "{}",
    },
    {
        "promises": ["C24"],
        "test": f"{_HERE}/test_daily.py::test_an_answer_that_is_late_raises_an_alert_that_says_so",
        "patch": "privacy.requests.reminding:remind",
        "with": "lambda requests, today: None",
    },
    {
        "promises": ["D19"],
        "test": f"{_HERE}/test_inbound.py::test_attachments_are_never_kept",
        "patch": "privacy.requests.inbound:_given",
        "with": "(lambda real: lambda mail, language: real(mail, language) | {'wish': 'paspoort.jpg'})("
        "__import__('privacy.requests.inbound', fromlist=['x'])._given)",
    },
]
