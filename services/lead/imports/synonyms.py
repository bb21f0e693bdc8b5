"""The names that other systems give to a contact's fields, and the words they use inside.

Salesforce, HubSpot, Outlook and Google exports, and German, French, Spanish and Chinese column
names. Where a file has several columns for one field, the one named earlier here goes first and the
next fills in for it where it is blank. All of it is data: a new export format is a new word here.
"""

from collections.abc import Mapping

FIELDS: Mapping[str, tuple[str, ...]] = {
    "given_name": (
        *("first name", "given name", "forename", "first", "contact first name", "fname"),
        *("vorname", "rufname", "prénom", "nombre", "nome", "名", "名字"),
    ),
    "family_name": (
        *("last name", "family name", "surname", "last", "contact last name", "lname"),
        *("nachname", "familienname", "zuname", "nom", "nom de famille", "apellido", "apellidos"),
        *("姓", "姓氏"),
    ),
    "full_name": (
        *("full name", "name", "contact name", "contact", "display name", "lead name", "person"),
        *("ansprechpartner", "kontakt", "nom complet", "nombre completo"),
        *("姓名", "联系人", "聯絡人", "客户姓名", "联系人姓名", "全名"),
    ),
    "company": (
        *("company", "company name", "account name", "organization", "organisation", "account", "employer"),
        *("organization name", "associated company", "organization 1 name", "business name"),
        *("firma", "firmenname", "unternehmen", "société", "entreprise", "raison sociale", "empresa"),
        *("公司", "公司名称", "公司名稱", "单位", "單位", "企业", "企业名称", "客户名称", "单位名称"),
    ),
    "kind": (
        *("kind", "customer kind", "customer type", "contact kind", "contact type"),
        *("kundentyp", "kundenart", "type de client", "客户类型", "客户类别", "客戶類型"),
    ),
    "email": (
        *("email", "e mail", "email address", "e mail address", "mail", "primary email", "work email"),
        *("business email", "contact email", "email 1 value", "e mail 1 value", "email id", "home email"),
        *("email adresse", "e mail adresse", "adresse e mail", "courriel", "adresse mail", "correo"),
        *("correo electrónico", "邮箱", "电子邮箱", "电子邮件", "電子郵件", "电邮", "邮件", "邮箱地址"),
    ),
    "phone": (
        *("mobile", "mobile phone", "mobile phone number", "mobile number", "cell phone", "cell"),
        *("phone", "phone number", "telephone", "tel", "business phone", "work phone", "primary phone"),
        *("phone 1 value", "home phone", "other phone", "telephone number"),
        *("handy", "mobil", "mobiltelefon", "telefon", "telefonnummer", "rufnummer"),
        *("portable", "téléphone", "téléphone portable", "numéro de téléphone", "teléfono", "móvil"),
        *("手机", "手机号", "手机号码", "手機", "移动电话", "联系电话", "电话", "電話", "电话号码"),
    ),
    "region": (
        *("region", "state", "state region", "province", "territory", "mailing state", "billing state"),
        *("mailing state province", "state province", "county", "bundesland", "gebiet", "région"),
        *("département", "provincia", "省", "省份", "地区", "区域", "地區", "大区"),
    ),
    "language": (
        *("language", "preferred language", "locale", "sprache", "langue", "idioma", "语言", "語言"),
    ),
    "source": (
        *("source", "lead source", "original source", "original source type", "contact source"),
        *("quelle", "herkunft", "origine", "来源", "客户来源", "线索来源", "來源"),
    ),
    "owner": (
        *("owner", "contact owner", "account owner", "lead owner", "owner name", "responsible", "sales rep"),
        *("betreuer", "zuständig", "responsable", "propriétaire", "负责人", "所有人", "客户经理", "業務員"),
    ),
    "external_id": (
        *("external id", "external contact id", "contact id", "record id", "crm id", "uid"),
        *("customer number", "customer id", "kundennummer", "kunden nr", "numéro client", "numéro de client"),
        *("número de cliente", "客户编号", "客戶編號", "外部编号"),
    ),
    "fax": ("fax", "fax number", "business fax", "work fax", "telefax", "faxnummer", "télécopie", "传真"),
    "street": (
        *("street", "street address", "address", "address line 1", "address 1", "mailing street"),
        *("business street", "home street", "address 1 street", "straße", "strasse", "anschrift", "adresse"),
        *("rue", "dirección", "地址", "街道", "通讯地址", "詳細地址"),
    ),
    "postal_code": (
        *("postal code", "zip", "zip code", "postcode", "mailing zip postal code", "mailing postal code"),
        *("business postal code", "home postal code", "address 1 postal code", "plz", "postleitzahl"),
        *("code postal", "código postal", "邮编", "邮政编码", "郵遞區號"),
    ),
    "city": (
        *("city", "town", "mailing city", "business city", "home city", "address 1 city"),
        *("ort", "stadt", "wohnort", "ville", "ciudad", "città", "城市", "市"),
    ),
    "country": (
        *("country", "country region", "country code", "mailing country", "business country region"),
        *("home country region", "address 1 country", "land", "pays", "país", "paese", "国家", "國家"),
    ),
    "consent.email": (
        *("consent email", "email consent", "email opt in", "opt in", "newsletter", "email permission"),
        *("marketing consent", "newsletter einwilligung", "einwilligung", "consentement email"),
        *("邮件同意", "同意邮件", "接收邮件", "邮件订阅"),
    ),
    "consent.sms": (
        *("consent sms", "sms consent", "sms opt in", "sms permission", "einwilligung sms"),
        *("consentement sms", "短信同意", "同意短信", "接收短信"),
    ),
    "consent.dm": ("consent dm", "consent mail", "postal consent", "consent post", "直邮同意"),
    "consent.fax": ("consent fax", "fax consent", "传真同意"),
    "consent.chat": ("consent chat", "chat consent", "whatsapp consent", "微信同意"),
    "optout.email": (
        *("has opted out of email", "email opt out", "opted out", "unsubscribed", "do not email"),
        *("unsubscribed from all email", "abgemeldet", "désinscrit", "退订", "已退订"),
    ),
    "optout.sms": ("has opted out of sms", "sms opt out", "do not text"),
    "optout.fax": ("has opted out of fax", "fax opt out"),
}

ACCOUNT_MARKS = frozenset(
    ("account number", "annual revenue", "industry", "billing street", "billing city", "num employees")
    + ("number of employees", "num emp", "employees", "website", "sic", "ticker symbol", "parent account")
    + ("branche", "umsatz", "行业", "注册资本")
)
"""Columns that only a list of companies has: beside one of them, `name` is the company's."""

YES = frozenset(
    ("yes", "y", "true", "t", "1", "x", "on", "opt in", "opted in", "subscribed", "granted")
    + ("ja", "j", "oui", "o", "si", "sí", "是", "同意", "有", "已订阅", "✓", "✔")
)
NO = frozenset(
    ("no", "n", "false", "f", "0", "off", "opt out", "opted out", "unsubscribed", "withdrawn", "denied")
    + ("nein", "non", "否", "不同意", "无", "已退订", "✗")
)

KINDS: Mapping[str, tuple[str, ...]] = {
    "consumer": (
        *("consumer", "private", "person", "individual", "b2c", "privat", "particulier", "个人", "消费者"),
    ),
    "company": (
        *("company", "business", "corporate", "b2b", "firma", "unternehmen", "entreprise", "企业", "公司"),
    ),
    "exclusive_retailer": (
        *("exclusive retailer", "exclusive_retailer", "exclusive dealer", "exklusivhändler"),
        *("détaillant exclusif", "专营零售商", "专卖店", "独家零售商"),
    ),
    "nonexclusive_retailer": (
        *("non-exclusive retailer", "nonexclusive_retailer", "nonexclusive retailer", "retailer", "dealer"),
        *("reseller", "händler", "détaillant", "非专营零售商", "零售商"),
    ),
}
