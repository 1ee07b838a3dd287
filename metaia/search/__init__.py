"""The search across domains: its route, and the providers of the domains below."""
