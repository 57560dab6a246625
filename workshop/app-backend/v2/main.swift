import AppBackend

// The version with the fix: it answers any number of requests.
await runBackend(version: "v2", flaw: .none)
