import { afterEach, vi } from 'vitest';

// Files share their modules and globals: a test that fails leaves no false time to those after it.
afterEach(() => void vi.useRealTimers());
