"""What the product is made of, undone piece by piece."""

_ADS = "{'DIRECTIVES': {'default-src': [\"'self'\"], 'img-src': ['https://ads.example']}}"
_LATITUDE = (
    "(lambda Declaration, Personal, Subject: lambda: {'x.Y': Declaration('x.Y', 'controller', Subject.VISITOR, None,"
    " {'latitude': Personal('technical.location', purpose='security', basis='6(1)(f)'), 'birthday': Personal("
    "'identity.birth', purpose='security', basis='6(1)(f)')})})"
    "(*[getattr(__import__('privacy.declarations', fromlist=['x']), n) for n in"
    " ('Declaration', 'Personal', 'Subject')])"
)
_SURVEY = (
    "[__import__('django.urls', fromlist=['path']).path('survey/', lambda request: None, name='survey')]"
)
_GROUND = "tests/promises/test_ground.py"

SWITCHES = [
    {
        "promises": ["H39", "D3"],
        "test": f"{_GROUND}::test_a_password_is_kept_by_bcrypt",
        "patch": "config.settings:PASSWORD_HASHERS",
        "with": "['django.contrib.auth.hashers.PBKDF2PasswordHasher']",
    },
    {
        "promises": ["C6"],
        "test": f"{_GROUND}::test_the_session_ends_with_the_browser",
        "patch": "config.settings:SESSION_EXPIRE_AT_BROWSER_CLOSE",
        "with": "False",
    },
    {
        "promises": ["H47", "H17"],
        "test": f"{_GROUND}::test_no_page_may_load_or_send_anything_elsewhere",
        "patch": "config.settings:CONTENT_SECURITY_POLICY",
        "with": _ADS,
    },
    {
        "promises": ["H17", "C27"],
        "test": f"{_GROUND}::test_no_kit_of_an_advertiser_is_installed",
        "patch": "tests.promises.test_ground:REQUIREMENTS",
        "with": "type('Text', (), {'read_text': staticmethod(lambda: 'google-ads==1')})",
    },
    {
        "promises": ["D2"],
        "test": f"{_GROUND}::test_no_place_finer_than_a_country_is_kept",
        "patch": "privacy.registry:declarations",
        "with": _LATITUDE,
    },
    {
        "promises": ["C23"],
        "test": f"{_GROUND}::test_no_date_of_birth_is_kept",
        "patch": "privacy.registry:declarations",
        "with": _LATITUDE,
    },
    {
        "promises": ["D7"],
        "test": f"{_GROUND}::test_there_is_no_survey_on_which_anything_depends",
        "patch": "config.urls:urlpatterns",
        "with": _SURVEY,
    },
    {
        "promises": ["D16"],
        "test": f"{_GROUND}::test_only_who_signs_in_is_asked_for_a_password",
        "patch": "organisations.forms:InviteForm",
        "with": "__import__('accounts.forms', fromlist=['x']).SignInForm",
    },
    {
        "promises": ["D24"],
        "test": f"{_GROUND}::test_what_is_mandatory_is_marked_when_asked",
        "patch": "django.forms.widgets:Widget.use_required_attribute",
        "with": "lambda self, initial: False",
    },
    {
        "promises": ["H12"],
        "test": f"{_GROUND}::test_the_figures_of_a_year_are_counts_by_month",
        "patch": "leads.figures:_name",
        "with": "lambda month: 'Sanne'",
    },
    {
        "promises": ["H38"],
        "test": "tests/config/test_security.py::test_plain_http_serves_no_content",
        "patch": "config.security:TlsOnlyMiddleware.__call__",
        "with": "lambda self, request: self.get_response(request)",
    },
    {
        "promises": ["H8"],
        "test": "tests/leads/test_refusals.py::test_unknown_field_of_a_form_is_refused",
        "patch": "leads.posted:_refuse_unknown",
        "with": "lambda names: None",
    },
    {
        "promises": ["C14"],
        "test": "tests/organisations/test_middleware.py::test_a_foreign_organisation_and_an_unknown_one_look_the_same",
        "patch": "organisations.middleware:_membership_of",
        "with": "lambda request, slug: __import__('organisations.models', fromlist=['x']).Membership.objects"
        ".select_related('organisation').get(organisation__slug=slug)",
    },
    {
        "promises": ["H9"],
        "test": "tests/privacy/test_retention.py::test_the_network_address_goes_after_ninety_days",
        "patch": "privacy.retention:_delete_slice",
        "with": "lambda *a, **k: None",
    },
    {
        "promises": ["E7"],
        "test": "tests/delivery/test_mail.py::test_address_and_contents_are_sealed",
        "patch": "delivery.mail:seal",
        "with": "lambda owner, value, place: value.encode()",
    },
    {
        "promises": ["H40"],
        "test": "tests/organisations/test_middleware.py"
        "::test_owners_and_administrators_without_second_factor_set_one_up_first[owner-setup]",
        "patch": "organisations.middleware:lacks_second_step",
        "with": "lambda *a: False",
    },
    {
        "promises": ["H41"],
        "test": "tests/organisations/test_permissions.py::test_a_role_has_exactly_its_rights",
        "patch": "organisations.models:permissions_of",
        "with": "lambda role: frozenset()",
    },
    {
        "promises": ["H16"],
        "test": "tests/config/test_postmark.py"
        "::test_postmark_gets_address_contents_and_our_reference_and_nothing_else",
        "patch": "config.postmark:_fields",
        "with": "(lambda f: lambda m: {**f(m), 'Tag': 'lead'})"
        "(__import__('config.postmark', fromlist=['x'])._fields)",
    },
    {
        "promises": ["A6"],
        "test": "tests/config/test_databases.py::test_the_other_roles_are_derived_from_an_owners_connection",
        "patch": "config.databases:derived_url",
        "with": "lambda base, role, secret_key: 'postgres://owner@db/opmaat'",
    },
    {
        "promises": ["H2", "H14"],
        "test": "tests/privacy/test_checks.py::test_a_column_without_a_declaration_is_an_error",
        "patch": "privacy.checks:_undeclared_columns",
        "with": "lambda declaration: iter(())",
    },
    {
        "promises": ["H48"],
        "test": f"{_GROUND}::test_who_has_not_said_who_asks_cannot_publish",
        "patch": "configurators.publishing:in_the_way",
        "with": "lambda organisation: []",
    },
    {
        "promises": ["H7"],
        "test": "tests/leads/test_intake.py::test_written_answers_are_not_in_the_quote",
        "patch": "configurators.answers:Answers.to_json",
        "with": "lambda self: {'dak': 'opaal', 'remark': 'Graag na de zomer'}",
    },
    {
        "promises": ["E2", "H13"],
        "test": "tests/delivery/test_mail.py::test_a_mail_with_a_topic_needs_a_consent",
        "patch": "delivery.mail:_require_consent",
        "with": "lambda topic, consent_id: None",
    },
    {
        "promises": ["D6"],
        "test": "tests/delivery/test_mail.py::test_a_mail_with_a_topic_is_not_sent_to_who_refused_it",
        "patch": "delivery.mail:is_suppressed",
        "with": "lambda index, topic: False",
    },
    {
        "promises": ["E12"],
        "test": "tests/privacy/subject/test_objecting.py::test_consent_ends_at_once_and_nothing_more_is_sent",
        "patch": "delivery.mail:is_suppressed",
        "with": "lambda index, topic: False",
    },
]
