import { afterEach, vi } from 'vitest';

// Files share their modules and globals: a failed test must leave no fake timers to later tests.
afterEach(() => void vi.useRealTimers());
