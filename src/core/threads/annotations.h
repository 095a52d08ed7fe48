#pragma once
// What is guarded by which lock, for the compiler to check: Clang with -Wthread-safety. Nothing under GCC.

#if defined(__clang__)
#define GANVAS_THREAD_SAFETY(what) __attribute__((what))
#else
#define GANVAS_THREAD_SAFETY(what)
#endif

/// On a type: a lock, and an object that holds one while it lives.
#define GANVAS_CAPABILITY(name) GANVAS_THREAD_SAFETY(capability(name))
#define GANVAS_SCOPED_CAPABILITY GANVAS_THREAD_SAFETY(scoped_lockable)
/// On a member: touched only while the lock is held.
#define GANVAS_GUARDED_BY(lock) GANVAS_THREAD_SAFETY(guarded_by(lock))
/// On a function: called only while the lock is held, or only while it is not.
#define GANVAS_REQUIRES(...) GANVAS_THREAD_SAFETY(requires_capability(__VA_ARGS__))
#define GANVAS_EXCLUDES(...) GANVAS_THREAD_SAFETY(locks_excluded(__VA_ARGS__))
/// On a function of a lock: takes it, gives it back, or takes it where it returns `result`.
#define GANVAS_ACQUIRE(...) GANVAS_THREAD_SAFETY(acquire_capability(__VA_ARGS__))
#define GANVAS_RELEASE(...) GANVAS_THREAD_SAFETY(release_capability(__VA_ARGS__))
#define GANVAS_TRY_ACQUIRE(result) GANVAS_THREAD_SAFETY(try_acquire_capability(result))
