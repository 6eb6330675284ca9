export type { Live, RoutedCall, RoutingConfig, RoutingPerson } from './config.ts'
export { isEmergency } from './emergency.ts'
export type { Contact, Plan, PlanNode, Q850, Why } from './plan.ts'
export { DIALLED_CHARS_MAX, normalizeDialled, route } from './route.ts'
