"""Close and Slack on loopback, for `closebot demo` and the tests.

This room shares nothing with the product on purpose: a model used by both would make a test
agree with the bug. It must not import anything of closebot outside `closebot.sandbox`.
"""
