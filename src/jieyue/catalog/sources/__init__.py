"""Where descriptions of books come from: one interface, several services.

`registry.build` makes a `base.Source` of a library's settings, `chain.look_up` asks them in
order. Nothing here touches the database.
"""
