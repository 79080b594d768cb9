using BenchmarkDotNet.Attributes;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Bench;

/// <summary>One pair of images through the plain kernel, for each vector width and shape; and packing one image.</summary>
public class KernelBenchmarks
{
    private SimdNearestPatchKernel _kernel = new(1);
    private float[] _tokens = [];
    private float[] _rows = [];
    private float[] _columns = [];
    private float[] _rowMaxima = [];
    private float[] _columnMaxima = [];

    [Params(196, 784, 1369)]
    public int Patches { get; set; }

    [Params(192, 1024)]
    public int Channels { get; set; }

    [Params(VectorWidth.Bits128, VectorWidth.Bits256, VectorWidth.Bits512)]
    public VectorWidth Width { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _kernel = new SimdNearestPatchKernel(Channels, Width);
        _tokens = SyntheticTokens.Random(Patches, Channels, 1);
        _rows = new float[_kernel.PackedLength(Patches)];
        _columns = new float[_kernel.PackedLength(Patches)];
        _kernel.Pack(_tokens, Patches, _rows);
        _kernel.Pack(SyntheticTokens.Random(Patches, Channels, 2), Patches, _columns);
        _rowMaxima = new float[Patches];
        _columnMaxima = new float[Patches];
    }

    [Benchmark]
    public void MaxDots() => _kernel.MaxDots(_rows, Patches, _columns, Patches, [], [], _rowMaxima, _columnMaxima);

    [Benchmark]
    public void Pack() => _kernel.Pack(_tokens, Patches, _rows);
}
