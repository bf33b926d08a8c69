import { useTranslation } from 'react-i18next'

const known = [
  'conversations:read',
  'conversations:reply',
  'knowledge:read',
  'knowledge:write',
  'prompts:read',
  'prompts:write',
  'channels:read',
  'channels:write',
  'members:read',
  'tenant:read',
  'tenant:write',
  'audit:read',
  'demo:use',
] as const

type Known = (typeof known)[number]

/** Says what a scope allows; one that a newer server has is shown by its name. */
export function useScopeWords(): (scope: string) => string {
  const { t } = useTranslation('keys')
  return (scope) => (isKnown(scope) ? t(`scope.${scope.replace(':', '_') as Words}`) : scope)
}

type Words = Known extends infer K ? (K extends `${infer A}:${infer B}` ? `${A}_${B}` : never) : never

function isKnown(scope: string): scope is Known {
  return known.some((one) => one === scope)
}
