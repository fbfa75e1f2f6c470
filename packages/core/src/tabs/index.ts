export { createWebLocksTabCoordinator, type WebLocksTabCoordinatorOptions } from './webTabs.ts';
