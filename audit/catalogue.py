"""Every act that is put on record: its class, and what it is called on a page.

A test compares this list with the calls in the code: what is recorded stands here, and what stands here is
recorded. One line per action, in the order of the alphabet.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Action:
    """``evidence`` is kept for years; the rest is the access log. ``words`` complete "Somebody …"."""

    evidence: bool
    words: Promise


def kept(words: Promise) -> Action:
    return Action(True, words)


def logged(words: Promise) -> Action:
    return Action(False, words)


ACTIONS: dict[str, Action] = {
    "account.confirmation_failed": logged(_("failed to confirm who they are")),
    "account.email_change_asked": logged(_("asked for another e-mail address")),
    "account.email_changed": kept(_("changed their e-mail address")),
    "account.erased": kept(_("had their account erased")),
    "account.lost_factor_asked": kept(_("reported a lost second step")),
    "account.lost_factor_found": kept(_("found the lost second step again")),
    "account.lost_factor_stopped": kept(_("stopped the report of a lost second step")),
    "account.lost_factor_taken_off": kept(_("had a lost second step taken off")),
    "account.lost_factor_waits": kept(_("began the wait for a lost second step")),
    "account.misuse_reported": kept(_("reported misuse of their account")),
    "account.opened": kept(_("opened an account")),
    "account.password_changed": kept(_("changed their password")),
    "account.recovery_code_used": kept(_("signed in with a recovery code")),
    "account.recovery_codes_renewed": kept(_("made new recovery codes")),
    "account.sign_in_failed": logged(_("failed to sign in")),
    "account.signed_in": logged(_("signed in")),
    "account.signed_out": logged(_("signed out")),
    "account.signed_out_everywhere": kept(_("signed out everywhere")),
    "account.two_step_failed": logged(_("entered a wrong code")),
    "account.two_step_off": kept(_("switched two-step sign-in off")),
    "account.two_step_on": kept(_("switched two-step sign-in on")),
    "api_key.made": kept(_("made a key for other software")),
    "api_key.revoked": kept(_("revoked a key for other software")),
    "billing.access_changed": kept(_("were told that payments change what can be done")),
    "billing.company_changed": kept(_("changed the details on invoices")),
    "billing.contact_added": kept(_("added an address for invoices")),
    "billing.contact_removed": kept(_("removed an address for invoices")),
    "billing.invoice_downloaded": logged(_("downloaded an invoice")),
    "billing.invoice_issued": kept(_("was sent an invoice to be paid by transfer")),
    "billing.invoice_settled": kept(_("had an invoice noted as paid by transfer")),
    "billing.overage_agreed": kept(_("agreed to pay for requests beyond the plan")),
    "billing.overage_ended": kept(_("ended paying for requests beyond the plan")),
    "billing.plan_cancelled": kept(_("cancelled the plan")),
    "billing.plan_change_asked": kept(_("asked for another plan")),
    "billing.plan_given": kept(_("was given a plan that is paid by transfer")),
    "billing.plan_kept": kept(_("kept the plan after all")),
    "billing.purchase_begun": kept(_("began to buy a plan")),
    "breach.entry_added": kept(_("added to a breach case")),
    "breach.opened": kept(_("opened a breach case")),
    "company.announced": kept(_("announced another company that works for us")),
    "company.dismissed": kept(_("ended the work of a company for us")),
    "configurator.called_off": kept(_("called off a planned publication")),
    "configurator.created": logged(_("made a configurator")),
    "configurator.frozen": kept(_("had a configurator frozen, for which the plan has no room")),
    "configurator.order_chosen": kept(_("chose which configurators stay on line")),
    "configurator.planned": kept(_("planned the publication of a configurator")),
    "configurator.published": kept(_("published a configurator")),
    "configurator.reopened": kept(_("took requests again with a configurator")),
    "configurator.thawed": kept(_("put a frozen configurator on line again")),
    "configurator.withdrawn": kept(_("stopped taking requests with a configurator")),
    "data.export_asked": kept(_("asked for a copy of everything")),
    "data.export_downloaded": kept(_("downloaded a copy of everything")),
    "data.exported": kept(_("made a copy of everything")),
    "data.imported": kept(_("put a copy of everything in")),
    "database.replayed": kept(_("replayed erasures into a restored database")),
    "demand.decided": kept(_("decided on a demand of an authority")),
    "desk.changed": kept(_("changed how the privacy desk works")),
    "document.published": kept(_("published a legal text")),
    "duty.done": kept(_("noted that a duty was done")),
    "duty.planned": kept(_("planned a duty")),
    "erasure.certified": kept(_("certified an erasure")),
    "hold.placed": kept(_("placed a legal hold")),
    "hold.released": kept(_("released a legal hold")),
    "hold.reviewed": kept(_("reviewed a legal hold")),
    "invitation.accepted": kept(_("accepted an invitation")),
    "invitation.resent": kept(_("sent an invitation again")),
    "invitation.sent": kept(_("invited somebody")),
    "invitation.withdrawn": kept(_("withdrew an invitation")),
    "lead.consent_confirmed": kept(_("confirmed by e-mail that offers are welcome")),
    "lead.erased": kept(_("erased a request")),
    "lead.export_asked": kept(_("asked for a file of requests")),
    "lead.export_cancelled": logged(_("threw a file of requests away")),
    "lead.export_downloaded": kept(_("downloaded a file of requests")),
    "lead.exported": kept(_("exported requests")),
    "lead.found": logged(_("found a request by its e-mail address")),
    "lead.price_differed": logged(_("sent a request whose page showed another price")),
    "lead.quote_downloaded": logged(_("downloaded the quote of a request")),
    "lead.released": kept(_("released a request from quarantine")),
    "lead.set_aside": kept(_("set a request aside as spam")),
    "lead.viewed": logged(_("opened a request")),
    "ledger.begun_anew": kept(_("began the ledger of erasures anew")),
    "member.left": kept(_("left the organisation")),
    "member.removed": kept(_("removed somebody from the team")),
    "member.role_changed": kept(_("changed somebody’s role")),
    "organisation.active": kept(_("came back with the organisation")),
    "organisation.agreed": kept(_("agreed to the texts for the organisation")),
    "organisation.deactivated": kept(_("left with the organisation")),
    "organisation.founded": kept(_("founded the organisation")),
    "organisation.purge_asked": kept(_("asked for everything to be deleted at once")),
    "organisation.purged": kept(_("deleted everything of the organisation")),
    "organisation.purging": kept(_("began to delete everything")),
    "organisation.settings_changed": kept(_("changed the organisation’s settings")),
    "organisation.suspended": kept(_("were suspended by the platform")),
    "organisation.suspension_answered": kept(_("were answered on their appeal by the platform")),
    "organisation.suspension_appealed": kept(_("appealed against a suspension")),
    "organisation.suspension_lifted": kept(_("had a suspension lifted by the platform")),
    "ownership.accepted": kept(_("became owner, as was offered")),
    "ownership.declined": kept(_("declined to become owner")),
    "ownership.offered": kept(_("offered somebody the ownership")),
    "ownership.withdrawn": kept(_("withdrew an offer of ownership")),
    "platform_role.given": kept(_("was given a role on the platform")),
    "platform_role.removed": kept(_("lost a role on the platform")),
    "recipient.confirmed": kept(_("confirmed that a copy was corrected or deleted")),
    "recipient.told": kept(_("told a recipient by hand")),
    "record.exported": kept(_("exported this record")),
    "record.found_broken": kept(_("found a chain of the record broken")),
    "register.downloaded": logged(_("downloaded a register")),
    "request.answered": kept(_("answered a privacy request")),
    "request.decided": kept(_("decided on a privacy request")),
    "request.duplicate": kept(_("marked a privacy request as a duplicate")),
    "request.extended": kept(_("extended a privacy request")),
    "request.forwarded": kept(_("passed a privacy request on")),
    "request.fulfilled": kept(_("fulfilled a privacy request")),
    "request.identity_asked": kept(_("asked for proof of identity")),
    "request.identity_proved": kept(_("noted that identity was proved")),
    "request.partly_fulfilled": kept(_("partly fulfilled a privacy request")),
    "request.received": kept(_("received a privacy request")),
    "request.reclassified": kept(_("understood a privacy request as another right")),
    "request.refused": kept(_("refused a privacy request")),
    "request.reminded": kept(_("reminded of a privacy request")),
    "request.unverified": kept(_("closed a privacy request without proof of identity")),
    "request.withdrawn": kept(_("withdrew a privacy request")),
    "retention.plan_refused": kept(_("stopped a sweep whose plan had changed")),
    "subject.consent_withdrawn": kept(_("noted a withdrawn consent")),
    "subject.copied": kept(_("downloaded their own data")),
    "subject.corrected": kept(_("corrected somebody’s details")),
    "subject.objected": kept(_("noted an objection")),
    "subject.restricted": kept(_("restricted the use of somebody’s data")),
    "subject.restriction_lifted": kept(_("lifted a restriction")),
    "subject.seen": logged(_("saw their own data")),
    "subject.statement_added": kept(_("added somebody’s statement")),
    "support.ended": kept(_("ended a visit of support")),
    "support.granted": kept(_("let support in")),
    "support.read": logged(_("read a page as support")),
    "support.refused": kept(_("refused support")),
    "suspension.answered": kept(_("answered an appeal against a suspension")),
    "suspension.lifted": kept(_("lifted a suspension")),
    "suspension.set": kept(_("suspended an organisation")),
    "webhook.changed": kept(_("changed the webhook")),
    "webhook.connected": kept(_("connected a webhook")),
    "webhook.disconnected": kept(_("disconnected the webhook")),
    "webhook.paused": kept(_("paused the webhook")),
    "webhook.resumed": kept(_("resumed the webhook")),
    "webhook.secret_changed": kept(_("changed the webhook’s secret")),
}


def words_of(action: str) -> str:
    """The action in words; its name where nobody has written any."""
    known = ACTIONS.get(action)
    return str(known.words) if known else action
