-- Runs scripts with what Argo CD gives them. Called once with the source of the libraries' names;
-- returns compile(source) and run(chunk, obj, steps).
local setfenv, loadstring, pcall, sethook, error = setfenv, loadstring, pcall, debug.sethook, error

local base = {
  "_VERSION", "assert", "collectgarbage", "dofile", "error", "getfenv", "getmetatable", "ipairs",
  "load", "loadfile", "loadstring", "module", "newproxy", "next", "pairs", "pcall", "print",
  "rawequal", "rawget", "rawset", "require", "select", "setfenv", "setmetatable", "tonumber",
  "tostring", "type", "unpack", "xpcall", "package", "table",
}
local allowed = {}
for _, name in ipairs(base) do
  allowed[name] = _G[name]
end
debug.setmetatable("", nil)
if jit then
  -- Compiled code calls no hook.
  jit.off()
end

local function compile(source)
  return assert(loadstring(source, "=script"))
end

local function run(chunk, obj, steps)
  local globals = { obj = obj, actionParams = {} }
  for name, value in pairs(allowed) do
    globals[name] = value
  end
  globals._G = globals
  setfenv(chunk, globals)
  sethook(function()
    error("more than " .. steps .. " steps")
  end, "", steps)
  local ok, answer = pcall(chunk)
  sethook()
  return ok, answer
end

return compile, run
