-- Takes from a bucket, all or nothing, and says {1, 0}, or {0, microseconds until it would say yes}. Of a bucket only
-- the instant is kept at which it will be full again (ITU-T I.371, "theoretical arrival time"), in microseconds.
-- KEYS[1]: the bucket. ARGV: what it holds and what is taken, each as the time it takes to drip in; how long the caller
-- knows the bucket to be not full yet, which is kept even when it is refused; the time, or '' for the server's.
local depth, cost, left = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local now = tonumber(ARGV[4])
if not now then
  local clock = redis.call('TIME')
  now = clock[1] * 1000000 + clock[2]
end
local known = tonumber(redis.call('GET', KEYS[1]) or now)
local full = math.max(now + left, known)
local function keep(instant)
  redis.call('SET', KEYS[1], string.format('%.0f', instant), 'PX', string.format('%.0f', math.ceil((instant - now) / 1000)))
end
local wait = full + cost - depth - now
if cost <= depth and wait <= 0 then
  keep(full + cost)
  return {1, 0}
end
if full > known then
  keep(full)
end
if cost > depth then
  wait = full - now
end
return {0, wait}
