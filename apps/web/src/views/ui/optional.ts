// Views that are loaded when they are needed, and without which the page goes on where they cannot be loaded.
import { type ComponentType, lazy } from 'react'

export function optional<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  return lazy(() =>
    load()
      .catch((): ComponentType<Props> => Nothing)
      .then((view) => ({ default: view })),
  )
}

function Nothing() {
  return null
}
