"""Django's Postgres backend, knowing that a walled table's key is ``(organisation_id, id)``.

Postgres lets a query group by a primary key alone; grouping by ``id`` is not that any more.
"""

from django.db import models
from django.db.backends.postgresql import base, features


class DatabaseFeatures(features.DatabaseFeatures):
    def allows_group_by_selected_pks_on_model(self, model: type[models.Model]) -> bool:
        walled = any(field.attname == "organisation_id" for field in model._meta.concrete_fields)
        return not walled and super().allows_group_by_selected_pks_on_model(model)


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
