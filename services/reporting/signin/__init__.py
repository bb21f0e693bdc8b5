"""Sign-in to the pages: by the identity provider's own page with a code and PKCE, kept in a signed cookie."""
