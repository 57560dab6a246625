import AppBackend

// The version with the bug: after a number of answers it answers nothing any more.
await runBackend(version: "v1", flaw: .hangsAfterRequests)
