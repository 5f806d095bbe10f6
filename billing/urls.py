"""/o/<slug>/plan/… within the organisation, and /organisations/<slug>/plan/… where Stripe is spoken to."""

from django.urls import include, path

from billing.views import buying, documents, plan

app_name = "billing"

within = [
    path("", plan.plan, name="plan"),
    path("choose/", plan.choose, name="choose"),
    path("company/", plan.company, name="company"),
    path("contacts/", plan.add_contact, name="add-contact"),
    path("contacts/<uuid:pk>/remove/", plan.remove_contact, name="remove-contact"),
    path("overage/", plan.overage, name="overage"),
    path("invoices/", documents.documents, name="invoices"),
    path("invoices/<uuid:pk>.<slug:form>", documents.download, name="invoice-file"),
]

without = [
    path("buy/", buying.buy, name="buy"),
    path("bought/", buying.bought, name="bought"),
    path("change/", buying.change, name="change"),
    path("stay/", buying.stay, name="stay"),
    path("cancel/", buying.cancel, name="cancel"),
    path("portal/", buying.portal, name="portal"),
    path("invoices/<uuid:pk>/pay/", buying.pay, name="pay"),
]

urlpatterns = [
    path("prices/", plan.prices, name="prices"),
    path("o/<slug:organisation>/plan/", include(within)),
    path("organisations/<slug:organisation>/plan/", include(without)),
]
