"""The firewall's rules that only count, as they would take a prompt for an attack. Pure.

A prompt may hold SQL, HTML, a path or a command, as it is what a person asks about: in a body, or in the query of
GET /stream. The rules are those of 2026-11-27; AWS may add some.
https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
"""

COMMON = "AWSManagedRulesCommonRuleSet"
KNOWN_BAD_INPUTS = "AWSManagedRulesKnownBadInputsRuleSet"

# By group, the rules that look at a body or at a query.
COUNTED = {
    COMMON: (
        *("SizeRestrictions_BODY", "SizeRestrictions_QUERYSTRING"),
        *("EC2MetaDataSSRF_BODY", "EC2MetaDataSSRF_QUERYARGUMENTS"),
        *("GenericLFI_BODY", "GenericLFI_QUERYARGUMENTS"),
        *("GenericRFI_BODY", "GenericRFI_QUERYARGUMENTS"),
        "RestrictedExtensions_QUERYARGUMENTS",
        *("CrossSiteScripting_BODY", "CrossSiteScripting_QUERYARGUMENTS"),
    ),
    KNOWN_BAD_INPUTS: (
        *("JavaDeserializationRCE_BODY", "JavaDeserializationRCE_QUERYSTRING"),
        *("Log4JRCE_BODY", "Log4JRCE_QUERYSTRING"),
        "ReactJSRCE_BODY",
    ),
}
# From one address: a chat takes a request an answer, the page some sixty files at its first load.
REQUESTS_IN_FIVE_MINUTES = 2000
TOO_MANY = (
    '{"type":"error","error":{"type":"rate_limit_error","message":"Too many requests come from this address: wait '
    'five minutes. The firewall says so, not the model."}}'
)
