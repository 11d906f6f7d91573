"""What no stack may register: rules on plain objects, and the policy pack that runs them."""
