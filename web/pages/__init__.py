"""Pages for people: server-rendered, without JavaScript."""
