using System.Collections.Concurrent;
using MuSc.Contracts.Http;
using MuSc.Features.Backbones;

namespace MuSc.Web.Api;

/// <summary>The backbones that are installed. A file is opened, and hashed, once.</summary>
internal sealed class BackboneList
{
    private readonly ConcurrentDictionary<string, (DateTime Written, BackboneResource Backbone)> _known = new(StringComparer.Ordinal);

    /// <summary>All of them, the built-in one first.</summary>
    public IReadOnlyList<BackboneResource> Read() => [.. BackboneFolder.Names().Select(Read)];

    private BackboneResource Read(string name)
    {
        FileInfo file = new(BackboneFolder.Locate(name));
        if (!_known.TryGetValue(name, out var known) || known.Written != file.LastWriteTimeUtc || known.Backbone.Bytes != file.Length)
        {
            BackboneInfo info = Backbone.Open(name);
            known = (file.LastWriteTimeUtc, new(name, info.DefaultSize, info.Patch, info.Stages, file.Length, info.Licence));
            _known[name] = known;
        }

        return known.Backbone;
    }
}
