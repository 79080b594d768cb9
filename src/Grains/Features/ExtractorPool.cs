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
                loaded = new(new Lazy<BackboneRun>(() => Load(spec)));
                _loaded.Add(key, loaded);
            }

            loaded.Users++;
        }

        return new(this, loaded);
    }

    /// <summary>How a job's network would run here, the silo's part of its numeric profile; known without loading it.</summary>
    public string Platform(ScoringJobSpec spec) => NumericProfile.Platform(OnGpu(spec) ? Device.Parse(options.Device) : default, options.Hardware);

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (Loaded loaded in _loaded.Values.Where(loaded => loaded.Backbone.IsValueCreated))
            {
                loaded.Backbone.Value.Dispose();
            }

            _loaded.Clear();
        }
    }

    private static bool OnGpu(ScoringJobSpec spec) => Device.Parse(spec.Device).Cuda is not null;

    // The job says what kind of device, the silo which one it has.
    private BackboneRun Load(ScoringJobSpec spec) => BackboneRun.Open(spec with { Device = OnGpu(spec) ? options.Device : "cpu" }, threads: 1, hardware: options.Hardware);

    private void Trim()
    {
        foreach ((Key key, Loaded loaded) in _loaded.Where(entry => entry.Value.Users == 0).ToList())
        {
            _loaded.Remove(key);
            if (loaded.Backbone.IsValueCreated)
            {
                loaded.Backbone.Value.Dispose();
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

    private void Forget(Loaded failed)
    {
        lock (_lock)
        {
            foreach ((Key key, Loaded _) in _loaded.Where(entry => entry.Value == failed).ToList())
            {
                _loaded.Remove(key);
            }
        }
    }

    /// <summary>A network in use.</summary>
    public sealed class Loan : IDisposable
    {
        private readonly ExtractorPool _pool;
        private readonly Loaded _loaded;

        internal Loan(ExtractorPool pool, Loaded loaded) => (_pool, _loaded) = (pool, loaded);

        /// <summary>The network; the first use loads it. A load that failed is tried again for the next who borrows it.</summary>
        /// <exception cref="JobException">It cannot be used as asked.</exception>
        public IFeatureExtractor Extractor
        {
            get
            {
                try
                {
                    return _loaded.Backbone.Value.Extractor;
                }
                catch
                {
                    _pool.Forget(_loaded);
                    throw;
                }
            }
        }

        public void Dispose() => _pool.Return(_loaded);
    }

    internal sealed class Loaded(Lazy<BackboneRun> backbone)
    {
        public Lazy<BackboneRun> Backbone { get; } = backbone;

        public int Users { get; set; }
    }

    private sealed record Key(string Backbone, int? Size, string Stages, int Batch, bool ApplyExif, bool Gpu);
}
