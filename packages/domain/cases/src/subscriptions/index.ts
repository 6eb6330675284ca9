export { ADDRESS_MAILS_MAX, CONFIRM_WITHIN_MS, SOURCE_ASKS_MAX } from './limits.ts'
export {
  EMPTY_SUBSCRIPTIONS,
  type Pending,
  type Shown,
  type Subscription,
  type Subscriptions,
  type SubscriptionsInput,
  type SubscriptionsStep,
  subscriptionsStep,
} from './subscriptions.ts'
