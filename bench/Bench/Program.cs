using System.Globalization;
using BenchmarkDotNet.Running;
using MuSc.Bench;

return args switch
{
    ["kernels", .. string[] rest] => BenchmarkRunner.Run<KernelBenchmarks>(args: rest).HasCriticalValidationErrors ? 1 : 0,
    ["pruning", string tokens] => PruningTable.Run(tokens, int.MaxValue),
    ["pruning", string tokens, string images] => PruningTable.Run(tokens, int.Parse(images, CultureInfo.InvariantCulture)),
    ["map", string tokens, string stage, string degree, string file, .. string[] rest] => TokenMaps.Write(
        tokens, Number(stage), Number(degree), file, rest is [string images] ? Number(images) : 10),
    ["images", string folder, .. string[] rest] => ImageTimes.Run(folder, rest is [string backbone] ? backbone : "compact"),
    ["scaling"] => ScalingTable.Run(),
    ["split", string tokens, string degrees, ("plain" or "chosen") and string kernel] => SplitTable.Run(tokens, degrees, kernel == "plain"),
    ["methods", string tokens] => MethodsTable.Run(tokens, 3),
    ["methods", string patches, string channels, string images] => MethodsTable.Random(Number(patches), Number(channels), Number(images)),
    ["threads"] => ThreadServer.Run(),
    ["rival", string tokens, ("plain" or "chosen") and string kernel] => RivalServer.Run(tokens, kernel),
    _ => Usage(),
};

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static int Usage()
{
    Console.Error.WriteLine("""
        kernels [BenchmarkDotNet options]   the plain kernel for each vector width and shape
        pruning <tokens.npy> [images]       what pruning gains on real tokens, map by map
        map <tokens.npy> <stage> <r> <out> [images]
                                            one map of the first images (10), for rival and order.py
        images <folder> [backbone]          where an image's time goes before scoring
        scaling                             random tokens over N, P, C and threads
        split <tokens.npy> <degrees> plain|chosen
                                            where the processor time of scoring goes
        methods <tokens.npy> | <P> <C> <images>
                                            what MuSc-V2 saves, and the share of SNAMD in it
        threads                             our side of bench/rival/threads.py
        rival <map.npy> plain|chosen        our side of bench/rival/rival.py
        """);
    return 2;
}
