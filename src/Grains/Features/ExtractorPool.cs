using MuSc.Features;
using MuSc.Features.Backbones;

namespace MuSc.Grains.Features;

/// <summary>The networks that a silo has loaded. Those in use stay; of the others only the last one. Thread-safe.</summary>
public sealed class ExtractorPool(MuScOptions options) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Key, Loaded> _loaded = [];

    /// <summary>Borrows the network that a job needs, loading it if need be; to be given back by disposing of the loan.</summary>
    public Loan Borrow(ScoringJobSpec spec)
    {
        Key key = new(spec.Backbone, spec.Size, string.Join(',', spec.Stages ?? []), spec.Batch, spec.ApplyExif, OnGpu(spec));
        Loaded loaded;
        lock (_lock)
        {
            if (!_loaded.TryGetValue(key, out loaded!))
            {
                Trim();
                loaded = new(new Lazy<IFeatureExtractor>(() => Load(spec)));
                _loaded.Add(key, loaded);
            }

            loaded.Users++;
        }

        return new(this, loaded);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (Loaded loaded in _loaded.Values.Where(loaded => loaded.Extractor.IsValueCreated))
            {
                loaded.Extractor.Value.Dispose();
            }

            _loaded.Clear();
        }
    }

    private static bool OnGpu(ScoringJobSpec spec) => Device.Parse(spec.Device).Cuda is not null;

    private OnnxFeatureExtractor Load(ScoringJobSpec spec) => new(Backbone.Open(spec.Backbone), new ExtractionOptions
    {
        Size = spec.Size,
        Stages = spec.Stages,
        // The job says what kind of device, the silo which one it has.
        Device = OnGpu(spec) ? Device.Parse(options.Device) : default,
        Threads = 1,
        Batch = spec.Batch,
        ApplyExif = spec.ApplyExif,
    });

    private void Trim()
    {
        foreach ((Key key, Loaded loaded) in _loaded.Where(entry => entry.Value.Users == 0).ToList())
        {
            _loaded.Remove(key);
            if (loaded.Extractor.IsValueCreated)
            {
                loaded.Extractor.Value.Dispose();
            }
        }
    }

    private void Return(Loaded loaded)
    {
        lock (_lock)
        {
            loaded.Users--;
        }
    }

    /// <summary>A network in use.</summary>
    public sealed class Loan : IDisposable
    {
        private readonly ExtractorPool _pool;
        private readonly Loaded _loaded;

        internal Loan(ExtractorPool pool, Loaded loaded) => (_pool, _loaded) = (pool, loaded);

        /// <summary>The network; the first use loads it.</summary>
        public IFeatureExtractor Extractor => _loaded.Extractor.Value;

        public void Dispose() => _pool.Return(_loaded);
    }

    internal sealed class Loaded(Lazy<IFeatureExtractor> extractor)
    {
        public Lazy<IFeatureExtractor> Extractor { get; } = extractor;

        public int Users { get; set; }
    }

    private sealed record Key(string Backbone, int? Size, string Stages, int Batch, bool ApplyExif, bool Gpu);
}
