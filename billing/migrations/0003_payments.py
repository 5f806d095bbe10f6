import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import tenancy.context
import tenancy.ids
from tenancy.operations import GuardExpiry, WallTable


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0002_series"),
        ("organisations", "0007_contracts"),
    ]

    operations = [
        migrations.CreateModel(
            name="StripeObject",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("object_id", models.CharField(max_length=255, unique=True)),
                ("kind", models.CharField(max_length=32)),
                ("heard", models.PositiveIntegerField(default=1)),
                ("applied", models.PositiveIntegerField(default=0)),
                ("heard_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("applied_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TaxRate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=16, unique=True)),
                ("stripe_id", models.CharField(max_length=64, unique=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="BillingInvoice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("stripe_id", models.CharField(max_length=255, unique=True)),
                ("subscription", models.CharField(blank=True, max_length=255)),
                ("number", models.CharField(blank=True, max_length=40)),
                ("status", models.CharField(max_length=16)),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("net_cents", models.BigIntegerField()),
                ("tax_cents", models.BigIntegerField()),
                ("total_cents", models.BigIntegerField()),
                ("paid_cents", models.BigIntegerField()),
                ("credited_cents", models.BigIntegerField(default=0)),
                ("starts_at", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField(null=True)),
                ("created", models.DateTimeField()),
                ("finalized_at", models.DateTimeField(null=True)),
                ("paid_at", models.DateTimeField(null=True)),
                ("processing", models.BooleanField(default=False)),
                ("action_required", models.BooleanField(default=False)),
                ("failed_at", models.DateTimeField(null=True)),
                ("next_attempt_at", models.DateTimeField(null=True)),
                ("reversed_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "method",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "None"),
                            ("card", "Card"),
                            ("sepa_debit", "Sepa"),
                            ("transfer", "Transfer"),
                        ],
                        max_length=16,
                    ),
                ),
                ("fetched_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="billing_invoices",
                        to="organisations.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DunningNotice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("step", models.CharField(max_length=16)),
                ("sent_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "invoice",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="billing.billinginvoice",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EntitlementOverride",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "feature",
                    models.CharField(
                        choices=[
                            ("configurators", "configurators"),
                            ("seats", "seats"),
                            ("leads_per_month", "leads_per_month"),
                            ("api_keys", "api_keys"),
                            ("webhooks", "webhooks"),
                        ],
                        max_length=32,
                    ),
                ),
                ("value", models.PositiveIntegerField(null=True)),
                ("reason", models.CharField(max_length=300)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organisations.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IssuedInvoice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("entity", models.CharField(max_length=16)),
                ("issuer", models.CharField(choices=[("stripe", "Stripe"), ("ours", "Ours")], max_length=8)),
                (
                    "kind",
                    models.CharField(
                        choices=[("invoice", "invoice"), ("credit_note", "credit_note")], max_length=16
                    ),
                ),
                ("number", models.CharField(max_length=40)),
                ("source", models.CharField(blank=True, max_length=255)),
                ("issued_on", models.DateField()),
                ("corrects_id", models.UUIDField(null=True)),
                ("treatment", models.CharField(max_length=4)),
                ("listed", models.BooleanField(default=False)),
                ("oss", models.BooleanField(default=False)),
                ("net_cents", models.BigIntegerField()),
                ("tax_cents", models.BigIntegerField()),
                ("gross_cents", models.BigIntegerField()),
                ("content", models.JSONField()),
                ("content_sha256", models.CharField(max_length=64)),
                ("issued_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("books_closed_at", models.DateTimeField()),
                ("purge_after", models.DateTimeField(db_index=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="issued_invoices",
                        to="organisations.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InvoiceFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("form", models.CharField(choices=[("pdf", "Pdf"), ("ubl", "Ubl")], max_length=3)),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("purge_after", models.DateTimeField(db_index=True)),
                (
                    "invoice",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="files",
                        to="billing.issuedinvoice",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlanVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=32)),
                ("number", models.PositiveSmallIntegerField()),
                ("monthly_cents", models.PositiveIntegerField()),
                ("yearly_cents", models.PositiveIntegerField()),
                ("overage_cents", models.PositiveIntegerField()),
                ("limits", models.JSONField()),
                ("stripe_monthly", models.CharField(max_length=64, unique=True)),
                ("stripe_yearly", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code", "number"), name="one_version_of_a_plan_per_number"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BillingAccount",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("company_name", models.CharField(blank=True, max_length=200)),
                ("street", models.CharField(blank=True, max_length=200)),
                ("postcode", models.CharField(blank=True, max_length=16)),
                ("city", models.CharField(blank=True, max_length=100)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("registration", models.CharField(blank=True, max_length=32)),
                ("vat_id", models.CharField(blank=True, max_length=20)),
                ("reference", models.CharField(blank=True, max_length=60)),
                ("stripe_customer", models.CharField(blank=True, max_length=255)),
                ("zone", models.CharField(default="Europe/Amsterdam", max_length=64)),
                ("anchor", models.DateField()),
                ("plan_since", models.DateTimeField(null=True)),
                ("overage_agreed_at", models.DateTimeField(null=True)),
                (
                    "billing",
                    models.CharField(
                        choices=[
                            ("none", "none"),
                            ("unknown", "unknown"),
                            ("incomplete", "incomplete"),
                            ("incomplete_expired", "incomplete_expired"),
                            ("trialing", "trialing"),
                            ("active", "active"),
                            ("past_due", "past_due"),
                            ("unpaid", "unpaid"),
                            ("paused", "paused"),
                            ("canceled", "canceled"),
                        ],
                        max_length=20,
                    ),
                ),
                ("trial_ends_at", models.DateTimeField(null=True)),
                ("overdue_since", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "least",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("full", "full"),
                            ("warned", "warned"),
                            ("limited", "limited"),
                            ("intake_only", "intake_only"),
                            ("closed", "closed"),
                        ],
                        max_length=16,
                    ),
                ),
                ("least_until", models.DateTimeField(null=True)),
                ("least_reason", models.CharField(blank=True, max_length=300)),
                (
                    "told_access",
                    models.CharField(
                        choices=[
                            ("full", "full"),
                            ("warned", "warned"),
                            ("limited", "limited"),
                            ("intake_only", "intake_only"),
                            ("closed", "closed"),
                        ],
                        default="full",
                        max_length=16,
                    ),
                ),
                ("blank_after", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="billing_account",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "plan_version",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.planversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Purchase",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("checkout", "Checkout"), ("change", "Change")], max_length=12),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("done", "Done"), ("left", "Left")],
                        default="open",
                        max_length=8,
                    ),
                ),
                (
                    "interval",
                    models.CharField(
                        blank=True, choices=[("month", "Month"), ("year", "Year")], max_length=8
                    ),
                ),
                ("stripe_session", models.CharField(blank=True, max_length=255)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "plan_version",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.planversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StripeEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("event_id", models.CharField(max_length=255, unique=True)),
                ("type", models.CharField(max_length=255)),
                ("object_id", models.CharField(blank=True, max_length=255)),
                ("known", models.BooleanField()),
                ("payload", models.BinaryField(default=b"")),
                ("sha256", models.CharField(max_length=64)),
                ("created", models.DateTimeField()),
                ("received_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("blank_after", models.DateTimeField(db_index=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["object_id", "received_at"], name="stripe_event_by_object")],
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("stripe_id", models.CharField(max_length=255, unique=True)),
                ("status", models.CharField(max_length=20)),
                (
                    "interval",
                    models.CharField(
                        blank=True, choices=[("month", "Month"), ("year", "Year")], max_length=8
                    ),
                ),
                ("period_start", models.DateTimeField(null=True)),
                ("period_end", models.DateTimeField(null=True)),
                ("trial_end", models.DateTimeField(null=True)),
                ("cancel_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "next_interval",
                    models.CharField(
                        blank=True, choices=[("month", "Month"), ("year", "Year")], max_length=8
                    ),
                ),
                ("schedule", models.CharField(blank=True, max_length=255)),
                (
                    "method",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "None"),
                            ("card", "Card"),
                            ("sepa_debit", "Sepa"),
                            ("transfer", "Transfer"),
                        ],
                        max_length=16,
                    ),
                ),
                ("tax_rate", models.CharField(blank=True, max_length=255)),
                ("created", models.DateTimeField()),
                ("fetched_at", models.DateTimeField()),
                (
                    "next_version",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.planversion",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subscriptions",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "plan_version",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.planversion",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="UsageCredit",
            fields=[
                (
                    "organisation_id",
                    models.UUIDField(default=tenancy.context.current_organisation_id, editable=False),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("lead_ref", models.UUIDField()),
                ("credited_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation_id", "lead_ref"), name="one_usage_credit_per_lead"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UsagePeriod",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("counted", models.PositiveIntegerField()),
                ("set_off", models.PositiveIntegerField()),
                ("included", models.PositiveIntegerField(null=True)),
                ("billable", models.PositiveIntegerField()),
                ("unit_cents", models.PositiveIntegerField()),
                ("invoice_item", models.CharField(blank=True, max_length=64)),
                ("closed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="usage_periods",
                        to="organisations.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="VatEvidence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("vat_id", models.CharField(max_length=20)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("none", "none"),
                            ("valid", "valid"),
                            ("invalid", "invalid"),
                            ("unknown", "unknown"),
                        ],
                        max_length=8,
                    ),
                ),
                ("consultation", models.CharField(blank=True, max_length=40)),
                ("name_matches", models.BooleanField(null=True)),
                ("answer_sha256", models.CharField(blank=True, max_length=64)),
                ("checked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("books_closed_at", models.DateTimeField()),
                ("purge_after", models.DateTimeField(db_index=True, null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organisations.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BillingContact",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120)),
                ("email", models.EmailField(max_length=254)),
                ("language", models.CharField(max_length=2)),
                ("purge_after", models.DateTimeField(db_index=True, null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="billing_contacts",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "email"), name="one_billing_contact_per_address"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="billinginvoice",
            index=models.Index(fields=["organisation", "-created"], name="billing_invoice_by_buyer"),
        ),
        migrations.AddConstraint(
            model_name="dunningnotice",
            constraint=models.UniqueConstraint(
                fields=("invoice", "step"), name="one_notice_per_invoice_and_step"
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlementoverride",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="an_override_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlementoverride",
            constraint=models.CheckConstraint(
                condition=models.Q(("until", None), ("until__gt", models.F("since")), _connector="OR"),
                name="an_override_ends_after_it_began",
            ),
        ),
        migrations.AddIndex(
            model_name="issuedinvoice",
            index=models.Index(fields=["organisation", "-issued_on"], name="issued_invoice_by_buyer"),
        ),
        migrations.AddConstraint(
            model_name="issuedinvoice",
            constraint=models.UniqueConstraint(fields=("entity", "number"), name="one_document_per_number"),
        ),
        migrations.AddConstraint(
            model_name="issuedinvoice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source", ""), _negated=True),
                fields=("source",),
                name="one_document_per_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoicefile",
            constraint=models.UniqueConstraint(
                fields=("invoice", "form"), name="one_file_of_a_form_per_invoice"
            ),
        ),
        migrations.AddIndex(
            model_name="billingaccount",
            index=models.Index(fields=["blank_after"], name="billing_account_by_blanking"),
        ),
        migrations.AddConstraint(
            model_name="billingaccount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("stripe_customer", ""), _negated=True),
                fields=("stripe_customer",),
                name="one_account_per_stripe_customer",
            ),
        ),
        migrations.AddConstraint(
            model_name="purchase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("organisation", "kind"),
                name="one_open_purchase_of_a_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="usageperiod",
            constraint=models.UniqueConstraint(
                fields=("organisation", "starts_at"), name="one_usage_period_per_start"
            ),
        ),
        migrations.AddIndex(
            model_name="vatevidence",
            index=models.Index(
                fields=["organisation", "vat_id", "-checked_at"], name="vat_evidence_by_number"
            ),
        ),
        WallTable("billing_usagecredit"),
        GuardExpiry("billing_billingcontact"),
        GuardExpiry("billing_vatevidence"),
        GuardExpiry("billing_issuedinvoice"),
        GuardExpiry("billing_invoicefile"),
    ]
