-- Event after event, each different: the arguments are a file with a token a line, and a number
-- that no load before had. The events of a user lie in slots of an hour that are met in scattered
-- order, so that none overlaps another.
local folder = debug.getinfo(1, "S").source:match("^@(.*)/")
dofile(folder .. "/report.lua")

local threads = 0
function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local tokens = {}
local load = 0
function init(args)
  for line in io.lines(args[1]) do tokens[#tokens + 1] = "Bearer " .. line end
  load = tonumber(args[2])
end

local head = '{"summary":"Review of section %d","description":"What changed since the last one, ' ..
  'what is open, and who takes it; notes of number %d.","location":"Room %d","start":' ..
  '{"dateTime":"%04d-%02d-%02dT%02d:00:00","timeZone":"Europe/Berlin"},"end":' ..
  '{"dateTime":"%04d-%02d-%02dT%02d:45:00","timeZone":"Europe/Berlin"}}'
local kSlots = 24 * 28 * 12 * 40 -- hours of 40 years of 12 months of 28 days
local kScatter = 1009            -- no divisor in common with kSlots
local kSlotsALoad = 16000

local sent = 0
function request()
  sent = sent + 1
  local nth = math.floor(sent / #tokens) * 2 + number -- of this user and load, whichever the thread
  local slot = ((nth + load * kSlotsALoad) * kScatter) % kSlots
  local hour, rest = slot % 24, math.floor(slot / 24)
  local day, months = rest % 28 + 1, math.floor(rest / 28)
  local month, year = months % 12 + 1, 2000 + math.floor(months / 12)
  local body = string.format(head, sent % 100, sent, sent % 30, year, month, day, hour, year, month,
    day, hour)
  return wrk.format("POST", "/events", {
    ["Host"] = wrk.headers["Host"], ["Content-Type"] = "application/json",
    ["Authorization"] = tokens[sent % #tokens + 1],
    ["Idempotency-Key"] = string.format("bench-%d-%d-%d", load, number, sent) }, body)
end
