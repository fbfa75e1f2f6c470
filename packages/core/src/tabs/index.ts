/** Coordination of a user's open tabs. */

export { createWebLocksTabCoordinator, type WebLocksTabCoordinatorOptions } from './webTabs.ts';
