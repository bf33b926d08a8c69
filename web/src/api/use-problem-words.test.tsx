import { renderHook } from '@testing-library/react'
import { expect, test } from 'vitest'
import { Problem } from './problem'
import { useProblemWords } from './use-problem-words'

test.each([
  [new Problem(409, 'Somebody took it.'), 'Somebody took it.'],
  [new Problem(0), /cannot be reached/],
  [new Problem(401), /not signed in any more/],
  [new Problem(403), /role does not allow/],
  [new Problem(404), /not there any more/],
  [new Problem(409), /Somebody was faster/],
  [new Problem(413), /too large/],
  [new Problem(429), /Wait a moment/],
  [new Problem(429, '', {}, 1), 'Too many tries. Try again in 1 second.'],
  [new Problem(429, '', {}, 2.1), 'Too many tries. Try again in 3 seconds.'],
  [new Problem(500), /inside Parley/],
  [new Problem(418), /status 418/],
  [new TypeError('fetch failed'), /cannot be reached/],
])('%s has plain words', (thrown, words) => {
  const { result } = renderHook(() => useProblemWords())
  expect(result.current(thrown)).toMatch(words)
})
