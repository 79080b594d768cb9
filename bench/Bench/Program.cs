using System.Globalization;
using MuSc.Bench;

return args switch
{
    ["pruning", string tokens, .. string[] rest] => PruningTable.Run(tokens, rest is [string images] ? int.Parse(images, CultureInfo.InvariantCulture) : 19),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("pruning <tokens.npy> [images]");
    return 2;
}
