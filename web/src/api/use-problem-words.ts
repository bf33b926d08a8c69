import type { TFunction } from 'i18next'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem, type Problem } from './problem'

/** Says in plain words what a failed request means, and what to do: the server's own words when it has some. */
export function useProblemWords(): (thrown: unknown) => string {
  const { t } = useTranslation()
  return useCallback((thrown) => wordsFor(asProblem(thrown), t), [t])
}

function wordsFor(problem: Problem, t: TFunction): string {
  if (problem.message) return problem.message
  const { status, retryAfter } = problem
  if (status === 429 && retryAfter) return t('problem.wait', { count: Math.ceil(retryAfter) })
  if (status >= 500) return t('problem.server')
  switch (status) {
    case 0:
      return t('problem.network')
    case 401:
      return t('problem.signedOut')
    case 403:
      return t('problem.forbidden')
    case 404:
      return t('problem.notFound')
    case 409:
      return t('problem.conflict')
    case 413:
      return t('problem.tooLarge')
    case 429:
      return t('problem.tooMany')
    default:
      return t('problem.other', { status })
  }
}
