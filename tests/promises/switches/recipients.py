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
        "promises": ["H30"],
        "test": "tests/leads/exports/test_exports.py::test_who_took_whom_along_is_recorded",
        "patch": "leads.exports.making:record_disclosure",
        "with": "lambda *args, **kwargs: 0",
    },
    {
        "promises": ["H30"],
        "test": "tests/leads/exports/test_notices.py::test_the_file_goes_and_the_colleague_gets_a_mail",
        "patch": "leads.exports.notices:_withdraw",
        "with": "lambda exports: None",
    },
]
