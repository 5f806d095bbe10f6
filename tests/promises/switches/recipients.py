"""What is taken away, and which test must notice."""

SWITCHES = [
    {
        "promises": ["H9"],
        "test": "tests/leads/exports/test_exports.py::test_no_network_address_is_in_the_file",
        "patch": "leads.exports.spreadsheet:COLUMNS",
        "with": "(__import__('leads.exports.spreadsheet', fromlist=['Column']).Column('ip', 'IP', "
        "lambda entry: __import__('tenancy.encryption', fromlist=['unseal']).unseal(entry.lead.organisation_id, "
        "bytes(entry.lead.origin.ip), place=f'leads_leadorigin.ip:{entry.lead.pk}')),)",
    },
    {
        "promises": ["H15"],
        "test": "tests/leads/exports/test_exports.py::test_who_took_whom_along_is_recorded",
        "patch": "leads.exports.making:record_disclosure",
        "with": "lambda *args, **kwargs: 0",
    },
    {
        "promises": ["H28"],
        "test": "tests/leads/exports/test_notices.py::test_the_file_goes_and_the_colleague_gets_a_mail",
        "patch": "leads.exports.notices:_withdraw",
        "with": "lambda exports: None",
    },
    {
        "promises": ["H30"],
        "test": "tests/leads/exports/test_exports.py::test_a_file_holds_every_request_once",
        "patch": "leads.exports.spreadsheet:Writing.of",
        "with": "classmethod(lambda cls, language, for_programs: cls(';', ',', False))",
    },
    {
        "promises": ["H15"],
        "test": "tests/delivery/test_outbound.py::test_a_name_that_leads_inside_is_not_followed[fec0::1]",
        "patch": "delivery.outbound:is_public_ip",
        "with": "lambda address: True",
    },
    {
        "promises": ["H15"],
        "test": "tests/leads/test_hooks.py::test_telling_is_recorded_as_handing_over",
        "patch": "delivery.webhooks:record_disclosure",
        "with": "lambda *args, **kwargs: 0",
    },
    {
        "promises": ["H15"],
        "test": "tests/leads/api/test_api.py::test_what_is_served_is_recorded_once",
        "patch": "leads.api.views:record_disclosure",
        "with": "lambda *args, **kwargs: 0",
    },
    {
        "promises": ["H28"],
        "test": "tests/leads/api/test_api.py::test_a_program_that_read_a_lead_hears_of_its_erasure_and_confirms",
        "patch": "leads.api.views:_notices_of",
        "with": "lambda key: __import__('audit.models', fromlist=['RecipientNotice']).RecipientNotice.objects.none()",
    },
]
