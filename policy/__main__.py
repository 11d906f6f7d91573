"""The policy pack: `pulumi preview --policy-pack policy` runs the rules of rules.py.

It lives in an environment of its own (requirements.txt), so nothing of the program is imported.
"""

import pulumi
import rules
from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)

NAME = "gitops-bootstrap"


def policy(rule: rules.Rule) -> ResourceValidationPolicy:
    """Return a rule as the engine asks it: one resource at a time."""

    def validate(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
        # The configuration of the stack, which the engine hands over.
        registry = (pulumi.Config(NAME).get_object("images") or {}).get("registry")
        resource = rules.of_urn(args.urn, args.props)
        if resource.type.startswith(rules.KUBERNETES):
            for text in rule.check(resource, rules.allowed(registry)):
                report_violation(text)

    return ResourceValidationPolicy(name=rule.name, description=rule.description, validate=validate)


PolicyPack(
    name=NAME,
    enforcement_level=EnforcementLevel.MANDATORY,
    policies=[policy(rule) for rule in rules.RULES],
)
