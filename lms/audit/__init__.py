"""The log of who did what to which thing: appended in the transaction of the act, never changed."""
