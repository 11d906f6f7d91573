-- apps.kruise.io/NodeImage
-- Healthy: every image that is wanted on the node is there; none is wanted.
-- Progressing: images are being pulled or wait to be.
-- Degraded: the node failed to pull images and pulls no other.
-- Suspended: never.
-- Note: made by OpenKruise for each node; does not belong into Git.
local desired, succeeded = count(status.desired), count(status.succeeded)
local failed = count(status.failed)
local pulled = of(succeeded, desired, "images are on the node")

-- What neither succeeded nor failed may have no status yet; Kruise 1.9 counts it as waiting.
local busy = count(status.pulling) + count(status.waiting) > 0
if busy or succeeded + failed < desired then
  return progressing(pulled .. ", " .. failed .. " failed, the others are pulled or wait for it")
end
if failed == 0 then
  return healthy(pulled)
end
local names = {}
for image, found in pairs(map(status.imageStatuses)) do
  for _, tag in ipairs(map(map(found).tags)) do
    if map(tag).phase == "Failed" then
      table.insert(names, text(image) .. ":" .. text(tag.tag))
    end
  end
end
table.sort(names)
return degraded(because(pulled .. ", " .. failed .. " failed", listed(names)))
