"""The supervisory authority to whom a person in a country may complain (Art. 77 GDPR; promise H37)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Authority:
    name: str
    url: str
    #: By language, where the authority has a name in more than one of ours.
    names: tuple[tuple[str, str], ...] = ()
    urls: tuple[tuple[str, str], ...] = ()

    def name_in(self, language: str) -> str:
        return dict(self.names).get(language, self.name)

    def url_in(self, language: str) -> str:
        return dict(self.urls).get(language, self.url)


_EDPB = Authority(
    "the authority of your country (list of the European Data Protection Board)",
    "https://www.edpb.europa.eu/about-edpb/about-edpb/members_en",
    names=(
        ("nl", "de autoriteit van uw land (lijst van het Europees Comité voor gegevensbescherming)"),
        ("fr", "l'autorité de votre pays (liste du Comité européen de la protection des données)"),
    ),
)

AUTHORITIES: dict[str, Authority] = {
    "AT": Authority("Österreichische Datenschutzbehörde", "https://www.dsb.gv.at/"),
    "BE": Authority(
        "Gegevensbeschermingsautoriteit / Autorité de protection des données",
        "https://www.dataprotectionauthority.be/",
        names=(
            ("nl", "Gegevensbeschermingsautoriteit (GBA)"),
            ("fr", "Autorité de protection des données (APD)"),
        ),
        urls=(
            ("nl", "https://www.gegevensbeschermingsautoriteit.be/"),
            ("fr", "https://www.autoriteprotectiondonnees.be/"),
        ),
    ),
    "BG": Authority("Commission for Personal Data Protection", "https://www.cpdp.bg/"),
    "CH": Authority(
        "Federal Data Protection and Information Commissioner (FDPIC)",
        "https://www.edoeb.admin.ch/",
        names=(
            ("nl", "Federale functionaris voor gegevensbescherming (EDÖB)"),
            ("fr", "Préposé fédéral à la protection des données et à la transparence (PFPDT)"),
        ),
    ),
    "CY": Authority("Commissioner for Personal Data Protection", "https://www.dataprotection.gov.cy/"),
    "CZ": Authority("Úřad pro ochranu osobních údajů", "https://uoou.gov.cz/"),
    "DE": Authority(
        "Bundesbeauftragte für den Datenschutz und die Informationsfreiheit (BfDI)",
        "https://www.bfdi.bund.de/",
    ),
    "DK": Authority("Datatilsynet", "https://www.datatilsynet.dk/"),
    "EE": Authority("Andmekaitse Inspektsioon", "https://www.aki.ee/"),
    "ES": Authority("Agencia Española de Protección de Datos (AEPD)", "https://www.aepd.es/"),
    "FI": Authority("Tietosuojavaltuutetun toimisto", "https://tietosuoja.fi/"),
    "FR": Authority(
        "Commission nationale de l'informatique et des libertés (CNIL)",
        "https://www.cnil.fr/",
        urls=(("fr", "https://www.cnil.fr/fr/plaintes"),),
    ),
    "GB": Authority("Information Commissioner's Office (ICO)", "https://ico.org.uk/make-a-complaint/"),
    "GR": Authority("Hellenic Data Protection Authority", "https://www.dpa.gr/"),
    "HR": Authority("Agencija za zaštitu osobnih podataka (AZOP)", "https://azop.hr/"),
    "HU": Authority("Nemzeti Adatvédelmi és Információszabadság Hatóság", "https://naih.hu/"),
    "IE": Authority("Data Protection Commission", "https://www.dataprotection.ie/"),
    "IS": Authority("Persónuvernd", "https://www.personuvernd.is/"),
    "IT": Authority("Garante per la protezione dei dati personali", "https://www.garanteprivacy.it/"),
    "LI": Authority("Datenschutzstelle", "https://www.datenschutzstelle.li/"),
    "LT": Authority("Valstybinė duomenų apsaugos inspekcija", "https://vdai.lrv.lt/"),
    "LU": Authority("Commission nationale pour la protection des données (CNPD)", "https://cnpd.public.lu/"),
    "LV": Authority("Datu valsts inspekcija", "https://www.dvi.gov.lv/"),
    "MT": Authority("Information and Data Protection Commissioner", "https://idpc.org.mt/"),
    "NL": Authority("Autoriteit Persoonsgegevens (AP)", "https://www.autoriteitpersoonsgegevens.nl/"),
    "NO": Authority("Datatilsynet", "https://www.datatilsynet.no/"),
    "PL": Authority("Urząd Ochrony Danych Osobowych (UODO)", "https://uodo.gov.pl/"),
    "PT": Authority("Comissão Nacional de Proteção de Dados (CNPD)", "https://www.cnpd.pt/"),
    "RO": Authority(
        "Autoritatea Națională de Supraveghere a Prelucrării Datelor cu Caracter Personal",
        "https://www.dataprotection.ro/",
    ),
    "SE": Authority("Integritetsskyddsmyndigheten (IMY)", "https://www.imy.se/"),
    "SI": Authority("Informacijski pooblaščenec", "https://www.ip-rs.si/"),
    "SK": Authority("Úrad na ochranu osobných údajov", "https://dataprotection.gov.sk/"),
    "US": Authority("California Privacy Protection Agency (CalPrivacy)", "https://cppa.ca.gov/"),
}


def authority_of(country: str) -> Authority:
    """Where the country is not in the list, the list of all authorities."""
    return AUTHORITIES.get(country, _EDPB)
