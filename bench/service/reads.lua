-- Reads at random: the argument is a file with a line "path<TAB>token" for each possible request.
local folder = debug.getinfo(1, "S").source:match("^@(.*)/")
dofile(folder .. "/report.lua")

local threads = 0
function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

local requests = {}
function init(args)
  for line in io.lines(args[1]) do
    local path, token = line:match("^(.-)\t(.*)$")
    requests[#requests + 1] = wrk.format("GET", path, {
      ["Host"] = wrk.headers["Host"], ["Authorization"] = "Bearer " .. token })
  end
  math.randomseed(number)
end

function request()
  return requests[math.random(#requests)]
end
