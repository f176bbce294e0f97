"""The verbs: each opens one transaction and joins the store, the core and the publisher."""
