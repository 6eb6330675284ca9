export type { Live, RoutedCall, RoutingConfig, RoutingPerson } from './config.ts'
export type { Contact, Plan, PlanNode, Q850, Why } from './plan.ts'
